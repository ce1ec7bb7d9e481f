"""The concierge's few fixed sentences, in the guest's language."""

from properties.contact import contact
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


EMERGENCY = {
    "en": "If you are in danger, call {emergency} now. Our staff has been alerted: {contact}.",
    "de": "Wenn Sie in Gefahr sind, rufen Sie sofort {emergency} an. Unser Personal ist "
    "alarmiert: {contact}.",
    "fr": "Si vous êtes en danger, appelez tout de suite le {emergency}. Notre personnel est "
    "alerté : {contact}.",
    "es": "Si está en peligro, llame ahora al {emergency}. Hemos avisado a nuestro personal: "
    "{contact}.",
    "it": "Se è in pericolo, chiami subito il {emergency}. Il nostro personale è stato avvisato: "
    "{contact}.",
    "nl": "Bent u in gevaar, bel dan nu {emergency}. Ons personeel is gewaarschuwd: {contact}.",
    "pt": "Se está em perigo, ligue já para o {emergency}. A nossa equipa foi avisada: {contact}.",
    "pl": "Jeśli grozi Państwu niebezpieczeństwo, proszę natychmiast dzwonić: {emergency}. "
    "Personel został powiadomiony: {contact}.",
    "cs": "Jste-li v nebezpečí, volejte ihned {emergency}. Náš personál už ví: {contact}.",
    "da": "Er du i fare, så ring straks {emergency}. Vores personale er alarmeret: {contact}.",
    "sv": "Är du i fara, ring genast {emergency}. Vår personal är larmad: {contact}.",
    "tr": "Tehlikedeyseniz hemen {emergency} numarasını arayın. Personelimize haber verildi: "
    "{contact}.",
    "ru": "Если вы в опасности, немедленно звоните {emergency}. Персонал оповещён: {contact}.",
    "uk": "Якщо ви в небезпеці, негайно телефонуйте {emergency}. Персонал сповіщено: {contact}.",
    "ja": "危険な場合は、すぐに {emergency} に電話してください。"
    "スタッフに知らせました：{contact}。",
    "zh": "如果您有危险，请立即拨打 {emergency}。我们已通知工作人员：{contact}。",
    "ko": "위험한 상황이면 지금 바로 {emergency}(으)로 전화하세요. 직원에게 알렸습니다: {contact}.",
    "ar": "إذا كنت في خطر فاتصل فوراً بالرقم {emergency}. تم تنبيه موظفينا: {contact}.",
}
PERSON = {
    "en": "I have told our staff that you would like to speak to someone. You can also reach "
    "{contact}.",
    "de": "Ich habe unserem Personal gesagt, dass Sie mit jemandem sprechen möchten. Sie "
    "erreichen auch direkt: {contact}.",
    "fr": "J'ai dit à notre personnel que vous souhaitez parler à quelqu'un. Vous pouvez aussi "
    "joindre {contact}.",
    "es": "He avisado a nuestro personal de que desea hablar con alguien. También puede "
    "contactar con {contact}.",
    "it": "Ho detto al nostro personale che desidera parlare con qualcuno. Può anche contattare "
    "{contact}.",
    "nl": "Ik heb ons personeel laten weten dat u iemand wilt spreken. U bereikt ook {contact}.",
    "pt": "Avisei a nossa equipa de que deseja falar com alguém. Também pode contactar {contact}.",
    "pl": "Przekazałem personelowi, że chcą Państwo z kimś porozmawiać. Kontakt: {contact}.",
    "cs": "Předal jsem personálu, že si přejete s někým mluvit. Kontakt: {contact}.",
    "da": "Jeg har sagt til personalet, at du gerne vil tale med nogen. Du kan også kontakte "
    "{contact}.",
    "sv": "Jag har sagt till personalen att du vill tala med någon. Du når också {contact}.",
    "tr": "Biriyle görüşmek istediğinizi personelimize ilettim. Şuraya da ulaşabilirsiniz: "
    "{contact}.",
    "ru": "Я сообщил персоналу, что вы хотите поговорить с человеком. Контакт: {contact}.",
    "uk": "Я повідомив персоналу, що ви хочете поговорити з людиною. Контакт: {contact}.",
    "ja": "スタッフとお話しになりたいことを伝えました。こちらにもご連絡いただけます：{contact}。",
    "zh": "我已告知工作人员您希望与人沟通。您也可以联系 {contact}。",
    "ko": "직원과 이야기하고 싶으시다고 전달했습니다. 직접 연락하실 수도 있습니다: {contact}.",
    "ar": "أبلغت موظفينا برغبتك في التحدث إلى شخص. يمكنك أيضاً التواصل مع {contact}.",
}
COMPLAINT = {
    "en": "I'm sorry about that. I have told our staff. You can also reach {contact}.",
    "de": "Das tut mir leid. Ich habe es unserem Personal gemeldet. Sie erreichen auch direkt: "
    "{contact}.",
    "fr": "J'en suis désolé. Je l'ai signalé à notre personnel. Vous pouvez aussi joindre "
    "{contact}.",
    "es": "Lo siento mucho. He avisado a nuestro personal. También puede contactar con {contact}.",
    "it": "Mi dispiace molto. Ho avvisato il nostro personale. Può anche contattare {contact}.",
    "nl": "Dat spijt me. Ik heb het aan ons personeel gemeld. U bereikt ook {contact}.",
    "pt": "Lamento muito. Avisei a nossa equipa. Também pode contactar {contact}.",
    "pl": "Bardzo mi przykro. Przekazałem to personelowi. Kontakt: {contact}.",
    "cs": "To mě mrzí. Předal jsem to personálu. Kontakt: {contact}.",
    "da": "Det er jeg ked af. Jeg har sagt det til personalet. Du kan også kontakte {contact}.",
    "sv": "Det var tråkigt att höra. Jag har sagt till personalen. Du når också {contact}.",
    "tr": "Bunun için üzgünüm. Personelimize ilettim. Şuraya da ulaşabilirsiniz: {contact}.",
    "ru": "Мне очень жаль. Я сообщил персоналу. Контакт: {contact}.",
    "uk": "Мені дуже шкода. Я повідомив персоналу. Контакт: {contact}.",
    "ja": "ご迷惑をおかけし申し訳ございません。スタッフに伝えました。"
    "こちらにもご連絡いただけます：{contact}。",
    "zh": "非常抱歉。我已通知工作人员。您也可以联系 {contact}。",
    "ko": "불편을 드려 죄송합니다. 직원에게 전달했습니다. 직접 연락하실 수도 있습니다: {contact}.",
    "ar": "نأسف لذلك. أبلغت موظفينا بالأمر. يمكنك أيضاً التواصل مع {contact}.",
}
ALLERGEN_UNKNOWN = {
    "en": "Our kitchen has not recorded that, so I cannot say it is safe. Please ask {contact} "
    "before you order.",
    "de": "Das hat unsere Küche nicht erfasst, ich kann es daher nicht als sicher bezeichnen. "
    "Bitte fragen Sie vor der Bestellung {contact}.",
    "fr": "Notre cuisine ne l'a pas consigné, je ne peux donc pas dire que c'est sûr. Veuillez "
    "demander à {contact} avant de commander.",
    "es": "Nuestra cocina no lo ha registrado, así que no puedo decir que sea seguro. Pregunte a "
    "{contact} antes de pedir.",
    "it": "La nostra cucina non l'ha registrato, quindi non posso dire che sia sicuro. Chieda a "
    "{contact} prima di ordinare.",
    "nl": "Onze keuken heeft dat niet vastgelegd, dus ik kan niet zeggen dat het veilig is. Vraag "
    "het {contact} voordat u bestelt.",
    "pt": "A nossa cozinha não o registou, por isso não posso dizer que é seguro. Pergunte a "
    "{contact} antes de pedir.",
    "pl": "Nasza kuchnia tego nie zapisała, więc nie mogę zapewnić, że to bezpieczne. Przed "
    "zamówieniem proszę zapytać: {contact}.",
    "cs": "Naše kuchyně to nezaznamenala, nemohu tedy říci, že je to bezpečné. Před objednáním se "
    "zeptejte: {contact}.",
    "da": "Det har køkkenet ikke registreret, så jeg kan ikke sige, at det er sikkert. Spørg "
    "{contact}, før du bestiller.",
    "sv": "Det har köket inte antecknat, så jag kan inte säga att det är säkert. Fråga {contact} "
    "innan du beställer.",
    "tr": "Mutfağımız bunu kaydetmemiş, bu yüzden güvenli olduğunu söyleyemem. Sipariş vermeden "
    "önce lütfen {contact} ile görüşün.",
    "ru": "Наша кухня этого не записала, поэтому я не могу сказать, что это безопасно. Перед "
    "заказом обратитесь: {contact}.",
    "uk": "Наша кухня цього не зазначила, тому я не можу сказати, що це безпечно. Перед "
    "замовленням зверніться: {contact}.",
    "ja": "厨房の記録にないため、安全とは申し上げられません。"
    "ご注文の前に {contact} にお尋ねください。",
    "zh": "我们的厨房没有相关记录，因此我无法说它是安全的。点餐前请咨询 {contact}。",
    "ko": "주방에 기록이 없어 안전하다고 말씀드릴 수 없습니다. "
    "주문 전에 {contact}에 문의해 주세요.",
    "ar": "لم يسجل مطبخنا ذلك، لذا لا أستطيع القول إنه آمن. يرجى سؤال {contact} قبل الطلب.",
}
HANDOFFS = {
    "unanswerable": UNKNOWN,
    "safety": EMERGENCY,
    "asked_for": PERSON,
    "complaint": COMPLAINT,
    "allergen_unknown": ALLERGEN_UNKNOWN,
}
OWN_TEXTS = {
    "safety": "emergency_text",
    "asked_for": "person_text",
    "complaint": "complaint_text",
}
"""The property's fields that take the place of a sentence, for guests who read its language."""
EMERGENCY_NUMBER = "112"
"""In the EU, and on a mobile phone almost everywhere."""


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


def handoff(reason: str, language: str, property_: Property) -> str:
    """What a guest reads who is handed to the staff, in `language`.

    The property's own text stands where it wrote one and the guest reads its language.
    """
    own = language == property_.language
    text = getattr(property_, OWN_TEXTS.get(reason, ""), "") if own else ""
    text = text or _say(HANDOFFS[reason], language, property_)
    return f"{text} {property_.handoff_text}" if own and property_.handoff_text else text


def emergency_number(property_: Property) -> str:
    return property_.emergency_phone or EMERGENCY_NUMBER


def _say(sentence: dict[str, str], language: str, property_: Property) -> str:
    return sentence.get(language, sentence["en"]).format(
        contact=contact(property_), emergency=emergency_number(property_)
    )
