"""The concierge's few fixed sentences, in the guest's language."""

from properties.models import Property

UNKNOWN = {
    "en": "I'm sorry, I don't know that. Please ask {contact}.",
    "de": "Das weiß ich leider nicht. Bitte fragen Sie {contact}.",
    "fr": "Désolé, je ne le sais pas. Veuillez demander à {contact}.",
    "es": "Lo siento, no lo sé. Por favor, pregunte a {contact}.",
    "it": "Mi dispiace, non lo so. Si rivolga a {contact}.",
    "nl": "Sorry, dat weet ik niet. Vraag het aan {contact}.",
    "pt": "Lamento, não sei. Por favor, pergunte a {contact}.",
    "pl": "Przykro mi, nie wiem. Proszę zapytać: {contact}.",
    "cs": "Bohužel to nevím. Zeptejte se prosím: {contact}.",
    "da": "Det ved jeg desværre ikke. Spørg venligst {contact}.",
    "sv": "Det vet jag tyvärr inte. Fråga gärna {contact}.",
    "tr": "Üzgünüm, bunu bilmiyorum. Lütfen {contact} ile görüşün.",
    "ru": "К сожалению, я этого не знаю. Обратитесь, пожалуйста: {contact}.",
    "uk": "На жаль, я цього не знаю. Зверніться, будь ласка: {contact}.",
    "ja": "申し訳ございません、わかりかねます。{contact} にお尋ねください。",
    "zh": "抱歉，我不知道。请咨询 {contact}。",
    "ko": "죄송합니다. 잘 모르겠습니다. {contact}에 문의해 주세요.",
    "ar": "عذراً، لا أعرف ذلك. يرجى سؤال {contact}.",
}


ALLERGIES = {
    "en": "If you have an allergy, please ask {contact}.",
    "de": "Bei Allergien fragen Sie bitte {contact}.",
    "fr": "En cas d'allergie, veuillez demander à {contact}.",
    "es": "Si tiene alguna alergia, pregunte a {contact}.",
    "it": "In caso di allergie, si rivolga a {contact}.",
    "nl": "Vraag het bij een allergie aan {contact}.",
    "pt": "Em caso de alergia, pergunte a {contact}.",
}


def allergies(language: str, property_: Property) -> str:
    """Said with every dish: what the kitchen has not recorded is never called free."""
    return _say(ALLERGIES, language, property_)


def unknown(language: str, property_: Property) -> str:
    """That the concierge does not know, and who does."""
    return _say(UNKNOWN, language, property_)


def _say(sentence: dict[str, str], language: str, property_: Property) -> str:
    return sentence.get(language, sentence["en"]).format(contact=contact(property_))


def contact(property_: Property) -> str:
    """For example "the front desk (+43 1 234567, desk@example.com)"."""
    ways = ", ".join(way for way in (property_.contact_phone, property_.contact_email) if way)
    return f"{property_.contact_name} ({ways})" if ways else property_.contact_name
