"""The concierge's few fixed sentences, in the guest's language.

That the staff was told is said in sentences of its own, and only once it is so.
"""

from llm.smalltalk import SmallTalk
from properties.contact import contact
from properties.models import Property

UNKNOWN = {
    "en": "I'm sorry, I don't know that.",
    "de": "Das weiß ich leider nicht.",
    "fr": "Désolé, je ne le sais pas.",
    "es": "Lo siento, no lo sé.",
    "it": "Mi dispiace, non lo so.",
    "nl": "Sorry, dat weet ik niet.",
    "pt": "Lamento, não sei.",
    "pl": "Przykro mi, nie wiem.",
    "cs": "Bohužel to nevím.",
    "da": "Det ved jeg desværre ikke.",
    "sv": "Det vet jag tyvärr inte.",
    "tr": "Üzgünüm, bunu bilmiyorum.",
    "ru": "К сожалению, я этого не знаю.",
    "uk": "На жаль, я цього не знаю.",
    "ja": "申し訳ございません、わかりかねます。",
    "zh": "抱歉，我不知道。",
    "ko": "죄송합니다. 잘 모르겠습니다.",
    "ar": "عذراً، لا أعرف ذلك.",
}
ASK = {
    "en": "Please ask {contact}.",
    "de": "Bitte fragen Sie {contact}.",
    "fr": "Veuillez demander à {contact}.",
    "es": "Por favor, pregunte a {contact}.",
    "it": "Si rivolga a {contact}.",
    "nl": "Vraag het aan {contact}.",
    "pt": "Por favor, pergunte a {contact}.",
    "pl": "Proszę zapytać: {contact}.",
    "cs": "Zeptejte se prosím: {contact}.",
    "da": "Spørg venligst {contact}.",
    "sv": "Fråga gärna {contact}.",
    "tr": "Lütfen {contact} ile görüşün.",
    "ru": "Обратитесь, пожалуйста: {contact}.",
    "uk": "Зверніться, будь ласка: {contact}.",
    "ja": "{contact} にお尋ねください。",
    "zh": "请咨询 {contact}。",
    "ko": "{contact}에 문의해 주세요.",
    "ar": "يرجى سؤال {contact}.",
}
DANGER = {
    "en": "If you are in danger, call {emergency} now.",
    "de": "Wenn Sie in Gefahr sind, rufen Sie sofort {emergency} an.",
    "fr": "Si vous êtes en danger, appelez tout de suite le {emergency}.",
    "es": "Si está en peligro, llame ahora al {emergency}.",
    "it": "Se è in pericolo, chiami subito il {emergency}.",
    "nl": "Bent u in gevaar, bel dan nu {emergency}.",
    "pt": "Se está em perigo, ligue já para o {emergency}.",
    "pl": "Jeśli grozi Państwu niebezpieczeństwo, proszę natychmiast dzwonić: {emergency}.",
    "cs": "Jste-li v nebezpečí, volejte ihned {emergency}.",
    "da": "Er du i fare, så ring straks {emergency}.",
    "sv": "Är du i fara, ring genast {emergency}.",
    "tr": "Tehlikedeyseniz hemen {emergency} numarasını arayın.",
    "ru": "Если вы в опасности, немедленно звоните {emergency}.",
    "uk": "Якщо ви в небезпеці, негайно телефонуйте {emergency}.",
    "ja": "危険な場合は、すぐに {emergency} に電話してください。",
    "zh": "如果您有危险，请立即拨打 {emergency}。",
    "ko": "위험한 상황이면 지금 바로 {emergency}(으)로 전화하세요.",
    "ar": "إذا كنت في خطر فاتصل فوراً بالرقم {emergency}.",
}
ALERTED = {
    "en": "Our staff has been alerted: {contact}.",
    "de": "Unser Personal ist alarmiert: {contact}.",
    "fr": "Notre personnel est alerté : {contact}.",
    "es": "Hemos avisado a nuestro personal: {contact}.",
    "it": "Il nostro personale è stato avvisato: {contact}.",
    "nl": "Ons personeel is gewaarschuwd: {contact}.",
    "pt": "A nossa equipa foi avisada: {contact}.",
    "pl": "Personel został powiadomiony: {contact}.",
    "cs": "Náš personál už ví: {contact}.",
    "da": "Vores personale er alarmeret: {contact}.",
    "sv": "Vår personal är larmad: {contact}.",
    "tr": "Personelimize haber verildi: {contact}.",
    "ru": "Персонал оповещён: {contact}.",
    "uk": "Персонал сповіщено: {contact}.",
    "ja": "スタッフに知らせました：{contact}。",
    "zh": "我们已通知工作人员：{contact}。",
    "ko": "직원에게 알렸습니다: {contact}.",
    "ar": "تم تنبيه موظفينا: {contact}.",
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
SORRY = {
    "en": "I'm sorry about that.",
    "de": "Das tut mir leid.",
    "fr": "J'en suis désolé.",
    "es": "Lo siento mucho.",
    "it": "Mi dispiace molto.",
    "nl": "Dat spijt me.",
    "pt": "Lamento muito.",
    "pl": "Bardzo mi przykro.",
    "cs": "To mě mrzí.",
    "da": "Det er jeg ked af.",
    "sv": "Det var tråkigt att höra.",
    "tr": "Bunun için üzgünüm.",
    "ru": "Мне очень жаль.",
    "uk": "Мені дуже шкода.",
    "ja": "ご迷惑をおかけし申し訳ございません。",
    "zh": "非常抱歉。",
    "ko": "불편을 드려 죄송합니다.",
    "ar": "نأسف لذلك.",
}
TOLD = {
    "en": "I have told our staff. You can also reach {contact}.",
    "de": "Ich habe es unserem Personal gemeldet. Sie erreichen auch direkt: {contact}.",
    "fr": "Je l'ai signalé à notre personnel. Vous pouvez aussi joindre {contact}.",
    "es": "He avisado a nuestro personal. También puede contactar con {contact}.",
    "it": "Ho avvisato il nostro personale. Può anche contattare {contact}.",
    "nl": "Ik heb het aan ons personeel gemeld. U bereikt ook {contact}.",
    "pt": "Avisei a nossa equipa. Também pode contactar {contact}.",
    "pl": "Przekazałem to personelowi. Kontakt: {contact}.",
    "cs": "Předal jsem to personálu. Kontakt: {contact}.",
    "da": "Jeg har sagt det til personalet. Du kan også kontakte {contact}.",
    "sv": "Jag har sagt till personalen. Du når också {contact}.",
    "tr": "Personelimize ilettim. Şuraya da ulaşabilirsiniz: {contact}.",
    "ru": "Я сообщил персоналу. Контакт: {contact}.",
    "uk": "Я повідомив персоналу. Контакт: {contact}.",
    "ja": "スタッフに伝えました。こちらにもご連絡いただけます：{contact}。",
    "zh": "我已通知工作人员。您也可以联系 {contact}。",
    "ko": "직원에게 전달했습니다. 직접 연락하실 수도 있습니다: {contact}.",
    "ar": "أبلغت موظفينا بالأمر. يمكنك أيضاً التواصل مع {contact}.",
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
Sentences = dict[str, str]
HANDOFFS: dict[str, tuple[Sentences, ...]] = {
    "unanswerable": (UNKNOWN, ASK),
    "safety": (DANGER, ASK),
    "asked_for": (ASK,),
    "complaint": (SORRY, ASK),
    "allergen_unknown": (ALLERGEN_UNKNOWN,),
}
WHEN_TOLD: dict[str, tuple[Sentences, ...]] = {
    "safety": (DANGER, ALERTED),
    "asked_for": (PERSON,),
    "complaint": (SORRY, TOLD),
}
"""What is said instead, once the staff has been told."""
UNSPACED = frozenset({"ja", "zh"})
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
GREETING = {
    "en": "Hello! How can I help you?",
    "de": "Guten Tag! Wie kann ich Ihnen helfen?",
    "fr": "Bonjour ! Comment puis-je vous aider ?",
    "es": "¡Hola! ¿En qué puedo ayudarle?",
    "it": "Buongiorno! Come posso aiutarla?",
    "nl": "Hallo! Waarmee kan ik u helpen?",
    "pt": "Olá! Em que posso ajudar?",
    "pl": "Dzień dobry! W czym mogę pomóc?",
    "cs": "Dobrý den! Jak vám mohu pomoci?",
    "da": "Hej! Hvad kan jeg hjælpe med?",
    "sv": "Hej! Vad kan jag hjälpa till med?",
    "tr": "Merhaba! Size nasıl yardımcı olabilirim?",
    "ru": "Здравствуйте! Чем могу помочь?",
    "uk": "Вітаю! Чим можу допомогти?",
    "ja": "こんにちは。どのようなご用件でしょうか。",
    "zh": "您好！请问有什么可以帮您？",
    "ko": "안녕하세요! 무엇을 도와드릴까요?",
    "ar": "مرحباً! كيف يمكنني مساعدتك؟",
}
THANKS = {
    "en": "You're welcome. Is there anything else?",
    "de": "Gern geschehen. Kann ich sonst noch etwas für Sie tun?",
    "fr": "Je vous en prie. Puis-je faire autre chose pour vous ?",
    "es": "De nada. ¿Desea algo más?",
    "it": "Prego. Posso fare altro per lei?",
    "nl": "Graag gedaan. Kan ik nog iets voor u doen?",
    "pt": "De nada. Posso ajudar em mais alguma coisa?",
    "pl": "Proszę bardzo. Czy mogę jeszcze w czymś pomóc?",
    "cs": "Není zač. Mohu ještě s něčím pomoci?",
    "da": "Det var så lidt. Er der andet, jeg kan hjælpe med?",
    "sv": "Varsågod. Är det något mer?",
    "tr": "Rica ederim. Başka bir isteğiniz var mı?",
    "ru": "Пожалуйста. Могу ли я ещё чем-нибудь помочь?",
    "uk": "Прошу. Чи можу я ще чимось допомогти?",
    "ja": "どういたしまして。ほかにご用件はございますか。",
    "zh": "不客气。还有什么可以帮您吗？",
    "ko": "천만에요. 더 도와드릴 일이 있을까요?",
    "ar": "على الرحب والسعة. هل من شيء آخر؟",
}
GOODBYE = {
    "en": "Goodbye, and enjoy your stay!",
    "de": "Auf Wiedersehen und einen schönen Aufenthalt!",
    "fr": "Au revoir et bon séjour !",
    "es": "¡Hasta luego y feliz estancia!",
    "it": "Arrivederci e buon soggiorno!",
    "nl": "Tot ziens en een prettig verblijf!",
    "pt": "Até logo e boa estadia!",
    "pl": "Do widzenia i miłego pobytu!",
    "cs": "Na shledanou a příjemný pobyt!",
    "da": "Farvel og fortsat godt ophold!",
    "sv": "Hej då och trevlig vistelse!",
    "tr": "Hoşça kalın, iyi konaklamalar!",
    "ru": "До свидания, приятного отдыха!",
    "uk": "До побачення, приємного відпочинку!",
    "ja": "ごゆっくりお過ごしください。",
    "zh": "再见，祝您入住愉快！",
    "ko": "안녕히 계세요. 편안히 머무시기 바랍니다!",
    "ar": "إلى اللقاء، ونتمنى لك إقامة طيبة!",
}


SMALL_TALK: dict[SmallTalk, Sentences] = {
    "greeting": GREETING,
    "thanks": THANKS,
    "bye": GOODBYE,
}


def allergies(language: str, property_: Property) -> str:
    """Said with every dish: what the kitchen has not recorded is never called free."""
    return _say((ALLERGIES,), language, property_)


def handoff(reason: str, language: str, property_: Property, *, told: bool) -> str:
    """What a guest reads who is handed to the staff, in `language`; `told`: they know of it.

    The property's own text stands where it wrote one and the guest reads its language.
    """
    own = language == property_.language
    text = getattr(property_, OWN_TEXTS.get(reason, ""), "") if own else ""
    sentences = HANDOFFS[reason]
    if told:
        sentences = WHEN_TOLD.get(reason, sentences)
    text = text or _say(sentences, language, property_)
    return f"{text} {property_.handoff_text}" if own and property_.handoff_text else text


def small_talk(kind: SmallTalk, language: str, property_: Property) -> str:
    return _say((SMALL_TALK[kind],), language, property_)


def emergency_number(property_: Property) -> str:
    return property_.emergency_phone or EMERGENCY_NUMBER


def _say(sentences: tuple[Sentences, ...], language: str, property_: Property) -> str:
    """In English where a language is missing, so that no two languages mix."""
    known = language if all(language in each for each in sentences) else "en"
    text = ("" if known in UNSPACED else " ").join(each[known] for each in sentences)
    return text.format(contact=contact(property_), emergency=emergency_number(property_))
