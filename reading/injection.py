"""Questions that are no questions: attempts to give the model orders.

The guard holds whatever a model was talked into. This detector only saves the model the attempt,
so it would rather miss one than turn a guest away: a guest may forget a password, ask for the
instructions of the sauna, or want the previous message ignored.
"""

import re
import unicodedata

LONGEST = 4000
"""Characters looked at: the beginning and the end of what is longer."""

REPETITIONS = 12
"""The same word so often in a row is no question."""

_GAP = r"(?:\W{1,3}\w{1,20}){0,5}?\W{1,3}"

_OVERRIDE = (
    r"(?:ignor(?:e|ing|iere?n?|iert|ez|er|a|ad|ate|i|o|en)|disregard|forget|overlook|override"
    r"|bypass|vergiss|vergessen sie|missachte|oublie[zr]?|olvid(?:a|e|ad)|dimentica(?:te)?"
    r"|esque(?:ça|ce|cer)|desconsidere|negeer|vergeet|zignoruj|игнорир\w{2,6}|забудь(?:те)?|unut)"
)
_ORDERS = (
    r"(?:(?:instruction|directive|guideline|command|prompt|restriction|rule|order)s?"
    r"|been (?:told|instructed)|you (?:were|have been|'ve been|was) (?:told|instructed)"
    r"|system ?(?:prompt|message)|anweisung(?:en)?|regeln|vorgaben|instructions|consignes|règles"
    r"|instrucciones|órdenes|reglas|istruzioni|regole|instruções|regras|instructies"
    r"|instrukcje|инструкци\w{1,3}|указани\w{1,3}|talimat\w{0,6})"
)
_WHOSE = (
    r"(?:all|any|every\w{0,8}|your|the|these|those|previous|prior|above|earlier|preceding|initial"
    r"|system|alle|deine|ihre|vorherigen?|bisherigen?|obigen|toutes|tes|vos|les|précédentes"
    r"|todas|tus|sus|las|anteriores|tutte|tue|le|precedenti|as|todas|vorige|poprzednie"
    r"|предыдущ\w{1,3}|все|önceki)"
)
_SHOW = (
    r"(?:reveal|print|show|repeat|output|display|dump|leak|disclose|recite|translate|summari[sz]e"
    r"|encode|spell|write|copy|tell me|give me|share|what(?:'s| is| are| was| were)|zeig\w{0,2}"
    r"|wiederhol\w{1,2}|verrat\w{0,2}|nenn\w{0,2}|gib|was (?:ist|sind)|wie lautet|affiche[zr]?"
    r"|répète[zr]?|révèle[zr]?|montre[zr]?|donne[zr]?|quel(?:le)?s? (?:est|sont)|muestra|revela"
    r"|repite|dime|imprime|cuál(?:es)? (?:es|son)|mostra(?:mi)?|rivela|ripeti|dimmi"
    r"|qual[ie]? (?:è|sono)|mostre|revele|repita|toon|pokaż|покажи|повтори|раскрой)"
)
_HIDDEN = (
    r"(?:system[- ]?(?:prompts?|messages?|instructions?|nachricht|anweisung(?:en)?)"
    r"|(?:your|initial|original|hidden|secret|internal|full|entire) (?:\w{1,12} )?"
    r"(?:prompts?|instructions|directives|guidelines|configuration|canary|reference)"
    r"|(?:secret|your|api|system|admin|master) (?:key|keys|passcode|credentials)"
    r"|your (?:secret )?(?:password|passcode|passphrase)|(?:secret|system|admin) password"
    r"|(?:deine|ihre) (?:\w{1,14} )?(?:anweisungen|instruktionen|regeln)|systemprompt"
    r"|(?:tes|vos) (?:instructions|consignes|directives)|(?:prompt|invite|message) syst[eè]me"
    r"|(?:tus|sus) instrucciones|(?:prompt|mensaje) de(?:l)? sistema|clave secreta"
    r"|(?:le )?tue istruzioni|prompt di sistema|chiave segreta|suas instruções"
    r"|prompt (?:do|de) sistema|je instructies|свои инструкции|системн\w{2,3} промпт"
    r"|text above|words above|everything above|above (?:text|prompt|this line))"
)
_ROLE = (
    r"(?:you are (?:now|going to be|no longer) (?:an?|dan|in|bound|free|unrestricted|acting|my)\b"
    r"|you are about to immerse|from now on,? you (?:are|will|must|answer|have|only|act)"
    r"|(?:pretend|imagine|suppose)(?: that)? (?:to be|you(?:'re| are| have no| were))"
    r"|act as (?:an? )?(?:\w{1,14} )?(?:ai|bot|model|dan|hacker|developer|admin|terminal|linux|root"
    r"|unrestricted)|role-?play as|do anything now|\bdan mode|(?:developer|debug|system|god|admin"
    r"|maintenance|override|sudo|root|jailbreak|unrestricted|diagnostic) mode"
    r"|mode (?:développeur|administrateur|debug|système)"
    r"|modo (?:desarrollador|administrador|sistema|depuración)"
    r"|modalità (?:sviluppatore|debug|amministratore)|entwicklermodus|wartungsmodus"
    r"|jailbr[eo]\w{1,5}|(?:assistant|asistente|assistente|assistent|ai|ki|bot|model) "
    r"(?:without|with no|ohne|sans|sin|senza) (?:any )?\w{3,14}|du bist (?:jetzt|ab jetzt|nun)"
    r"|tu (?:es|eres|sei) (?:maintenant|désormais|ahora|ora|adesso)|ahora eres|ab sofort bist du"
    r"|new (?:system )?(?:instructions?|directive|rules):|i(?:'m| am) (?:your|an? ai) "
    r"(?:developer|creator|maintainer|programmer)|(?:developer|maintainer) of (?:your|this) system"
    r"|system override)"
)
_CODE = (
    r"(?:\b(?:decode|decipher|decrypt|execute|decodifica|dekodiere|décode[zr]?)\b[^\n]{0,80}"
    r"\b(?:base ?64|rot ?13|hex(?:adecimal)?|morse|cipher|string|binary|caesar)\b"
    r"|\b(?:in|as|en|als|into|using) (?:base ?64|rot ?13|morse|pig latin|leetspeak)\b"
    r"|[A-Za-z0-9+/]{40}|(?:\b[0-9a-f]{2}[ \n]){12}|(?:[.\-]{1,6}[ /]{1,3}){10})"
)
_TOKENS = (
    r"(?:<\|[a-z_]{2,20}\|>|\[/?inst\]|<</?sys>>|</?(?:system|instructions?|prompt|script|img|iframe)"
    r"\b|#{2} ?(?:instruction|system|new)|!\[[^\]\n]{0,80}\]\(|(?:^|\n)\s{0,3}"
    r"(?:system|assistant|developer)\s?:|\{\{[^}\n]{0,80}\}\}"
    r"|(?:append|include|add|embed|send|post)[^\n]{0,80}https?://)"
)
_EAST = (
    r"(?:(?:忽略|无视|忘记|忽視|無視)[^。\n]{0,12}(?:指令|指示|提示|规则|說明|说明|ルール|命令)"
    r"|(?:指示|命令|ルール|プロンプト)[^。\n]{0,8}(?:無視|忘れ|表示|教え)"
    r"|(?:系统|系統|システム)(?:提示|プロンプト|消息)|(?:지시|명령|프롬프트)\w{0,4}[^.\n]{0,8}(?:무시|잊)"
    r"|निर्देश\w{0,4}[^।\n]{0,8}अनदेखी|تجاهل[^.\n]{0,20}(?:التعليمات|الأوامر)|αγν[οό]\w{2,8}[^.\n]{0,24}οδηγ)"
)
_ATTEMPT = re.compile(
    rf"\b{_OVERRIDE}\b(?:{_GAP}{_WHOSE})(?:{_GAP})?{_ORDERS}\b"
    rf"|\b{_OVERRIDE}\W{{1,3}}(?:everyth\w{{2,4}}|anything|all)\W{{1,3}}(?:\w{{1,12}}\W){{0,2}}(?:above"
    rf"|told|before|said|instructed)\b|\bignore the above\b"
    rf"|\b{_SHOW}\b(?:{_GAP})?{_HIDDEN}\b|\b{_ROLE}|{_CODE}|{_TOKENS}|{_EAST}",
    re.IGNORECASE,
)
# "Ignore my previous message, the instructions were wrong": the guest's own words.
_OWN = re.compile(
    r"\b(?:ignore|disregard|forget)\W(?:about )?(?:my|our|the (?:last|previous) "
    r"(?:message|question|one|request|booking|email|order))\b",
    re.IGNORECASE,
)
_TURN = re.compile(r"(?:^|\n)\s{0,3}(?:q|a|user|human|guest|bot|ai|assistant)\s?:", re.IGNORECASE)
_TURNS = 4
_WORD = re.compile(r"\S{1,40}")


def looks_like_injection(text: str) -> bool:
    """Whether `text` gives orders to a model or asks for what it was told.

    Linear in the text's length: every quantifier is bounded. Under 0.2 ms for a question.
    """
    text = unicodedata.normalize("NFKC", text)
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]}\n{text[-LONGEST // 2 :]}"
    attempt = _ATTEMPT.search(_OWN.sub(" ", text))
    return attempt is not None or len(_TURN.findall(text)) >= _TURNS or _repeats(text)


def _repeats(text: str) -> bool:
    last, run = "", 0
    for word in _WORD.findall(text):
        run = run + 1 if word == last else 1
        last = word
        if run >= REPETITIONS:
            return True
    return False
