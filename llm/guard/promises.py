"""Promises on the staff's behalf: a model books nothing, sends nobody and calls no one back."""

import re

_PROMISES = re.compile(
    r"""
    \b(?:i|we|someone|somebody|(?:our|my|the|a)\s(?:team|staff|colleagues?|reception|manager
        |housekeeping|concierge|porter|driver|kitchen|front\sdesk))
      (?:['’](?:ll|ve|m|re)|\s(?:will|shall|have|has|can|am|are|is|would\sbe\s(?:happy|glad)\sto))
      (?:\s(?!not\b|n't\b)[\w’']{1,14}){0,4}?
      \s(?:book(?:ed|ing)?|reserv(?:e|ed|ing)|send(?:ing)?|sent|arrang(?:e|ed|ing)|get\sback
        |got\sback|call(?:ed|ing)?\syou|contact(?:ed|ing)?|forward(?:ed|ing)?|order(?:ed|ing)?
        |bring(?:ing)?|confirm(?:ed|ing)?|let\syou\sknow|mak(?:e|ing)\s(?:sure|a\s\w+|the\s\w+
        |your\s\w+)|made\s(?:a|the|your)\s\w+|ensur(?:e|ed)|take\scare|notif(?:y|ied)
        |inform(?:ed)?\s(?:the|our|them|you)|prepar(?:e|ed)|upgrad(?:e|ed)|refund(?:ed)?
        |cancel(?:l?ed)?|chang(?:e|ed)\syour|deliver(?:ed)?|come\sto|be\swith\syou|be\sthere
        |pick\syou\sup|pass(?:ed)?\s(?:it|this|your|on)|check(?:ed)?\swith|schedul(?:e|ed)
        |hold\s(?:a|the|your)|keep\s(?:a|the|your)|set\s(?:it\s)?up|fix|ask(?:ed)?\s(?:the|our|them)
        |follow(?:ed)?\sup|look\sinto|waive[d]?|add(?:ed)?\s(?:it|this|that|a|the|your))\b
    | \byour\s(?:\w{1,14}\s){1,2}(?:has|have)\sbeen\s(?:book|reserv|cancel|confirm|arrang|upgrad
        |chang|order|refund)\w*
    | \b(?:consider\sit\sdone|you\sare\sall\sset|you['’]re\sall\sset)\b
    | \b(?:ich|wir|jemand|(?:unser|das|mein)\s(?:team|personal|kollege))\s
      (?:werde|werden|wird|habe|haben|hat|kann|können)\s(?:[\wäöüß]{1,16}\s){0,9}?
      (?:buch|reservier|schick|send|arrangier|organisier|meld|anruf|kontaktier|bestell|bring|bestätig
        |kümmer|informier|vorbereit|stornier|erstatt|weiterleit|gebucht|geschickt|gesendet|bestellt
        |storniert|weitergeleitet|gemeldet|zurückruf|vormerk|sicherstell)[a-zäöü]*
    | \b(?:ich|wir)\s(?:reserviere|buche|schicke|kümmere|bestelle|organisiere|melde|bestätige
        |storniere|informiere)n?\b
    | \b(?:je|nous|on|quelqu['’]un|(?:notre|l['’])\s?(?:équipe|personnel|réception))\s
      (?:vais|allons|va|ai|avons|a|peux|pouvons)\s(?:[\w’']{1,14}\s){0,3}?
      (?:réserv|envo|command|appel|rappel|contact|confirm|organis|apport|prévenir|inform|annul
        |rembours|occuper|assurer|transm|prépar)[a-zéèê]*
    | \b(?:je|nous)\s(?:vous\s)?(?:réserver|enverr|rappeller|contacter|confirmer|organiser|apporter
        |préviendr|informer|occuper|transmettr|m['’]en\soccup|nous\soccup)[a-zé]*
    | \bj['’]ai\s(?:bien\s)?(?:réserv|envoy|command|confirm|annul|transmis)[a-zé]*
    | \b(?:voy|vamos|va|he|hemos|ha|puedo|podemos)\s(?:a\s)?(?:[\w]{1,14}\s){0,2}?
      (?:reserv|envi|mand|ped|llam|contact|confirm|organiz|traer|avis|inform|cancel|reembols
        |asegurar|prepar|encarg)[a-záéíóú]*
    | \b(?:le|les|te|lo|la|me|nos)?\s?(?:reservar|enviar|mandar|llamar|contactar|confirmar|avisar
        |informar|encargar|preparar|cancelar)(?:é|emos|á|án)\b
    | \b(?:ho|abbiamo|ha|posso|possiamo|vado|andiamo)\s(?:a\s)?(?:[\w]{1,14}\s){0,2}?
      (?:prenot|invi|mand|ordin|chiam|contatt|conferm|organizz|port|avvis|inform|annull|rimbors
        |prepar|riserv)[a-zàèéìòù]*
    | \b(?:prenot|invi|mand|ordin|richiam|chiam|contatt|conferm|organizz|porter|avvis|informer
        |occup|preparer|annuller)(?:erò|eremo|herò|heremo|erà|ò|emo)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_VERB = re.compile(r"[^\W\d_]{3,}$")


def promise(text: str) -> str:
    """The promise in `text`, in lower case, "" if there is none."""
    match = _PROMISES.search(text)
    return match[0].lower() if match else ""


def same_promise(promised: str, source: str) -> bool:
    """Whether a source's promise is the same deed."""
    ours, theirs = _VERB.search(promised), _VERB.search(source)
    return bool(ours and theirs and ours[0][:4] == theirs[0][:4])
