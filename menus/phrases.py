"""What is said of dishes, in the guest's language. Allergens by the EU's fourteen names."""

from collections.abc import Iterable

from menus.allergens import Allergen

NAMES = {
    "en": "gluten, crustaceans, eggs, fish, peanuts, soybeans, milk, nuts, celery, mustard, "
    "sesame, sulphites, lupin, molluscs",
    "de": "Gluten, Krebstiere, Eier, Fisch, Erdnüsse, Soja, Milch, Schalenfrüchte (Nüsse), "
    "Sellerie, Senf, Sesam, Sulfite, Lupinen, Weichtiere",
    "fr": "gluten, crustacés, œufs, poisson, arachides, soja, lait, fruits à coque (noix), "
    "céleri, moutarde, sésame, sulfites, lupin, mollusques",
    "es": "gluten, crustáceos, huevos, pescado, cacahuetes, soja, leche, frutos de cáscara "
    "(frutos secos), apio, mostaza, sésamo, sulfitos, altramuces, moluscos",
    "it": "glutine, crostacei, uova, pesce, arachidi, soia, latte, frutta a guscio (noci), "
    "sedano, senape, sesamo, solfiti, lupini, molluschi",
}
ALLERGENS = {
    language: dict(zip(Allergen.values, names.split(", "), strict=True))
    for language, names in NAMES.items()
}
WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
}

SENTENCES = {
    "found": {
        "en": "On our menu: {dishes}.",
        "de": "Auf unserer Karte: {dishes}.",
        "fr": "À notre carte : {dishes}.",
        "es": "En nuestra carta: {dishes}.",
        "it": "Nel nostro menù: {dishes}.",
    },
    "found_free": {
        "en": "Checked by our kitchen to be free of {allergens}: {dishes}.",
        "de": "Von unserer Küche geprüft, ohne {allergens}: {dishes}.",
        "fr": "Vérifié sans {allergens} par notre cuisine : {dishes}.",
        "es": "Comprobado sin {allergens} por nuestra cocina: {dishes}.",
        "it": "Verificato senza {allergens} dalla nostra cucina: {dishes}.",
    },
    "unchecked": {
        "en": "Not checked for {allergens}, so please ask {contact}: {dishes}.",
        "de": "Nicht auf {allergens} geprüft, bitte fragen Sie {contact}: {dishes}.",
        "fr": "Non contrôlé pour {allergens}, veuillez demander à {contact} : {dishes}.",
        "es": "No comprobado en cuanto a {allergens}, pregunte a {contact}: {dishes}.",
        "it": "Non controllato per {allergens}, si rivolga a {contact}: {dishes}.",
    },
    "more": {
        "en": "and {count} more",
        "de": "und {count} weitere",
        "fr": "et {count} autres",
        "es": "y {count} más",
        "it": "e altri {count}",
    },
    "nothing": {
        "en": "Nothing on our menu fits that.",
        "de": "Auf unserer Karte passt dazu nichts.",
        "fr": "Rien à notre carte ne correspond.",
        "es": "Nada en nuestra carta se ajusta a eso.",
        "it": "Nulla nel nostro menù corrisponde.",
    },
    "nothing_checked": {
        "en": "Our kitchen has checked no such dish for {allergens}. Please ask {contact}.",
        "de": "Unsere Küche hat kein solches Gericht auf {allergens} geprüft. Bitte fragen Sie "
        "{contact}.",
        "fr": "Notre cuisine n'a contrôlé aucun plat de ce genre pour {allergens}. Veuillez "
        "demander à {contact}.",
        "es": "Nuestra cocina no ha comprobado ningún plato así en cuanto a {allergens}. "
        "Pregunte a {contact}.",
        "it": "La nostra cucina non ha controllato nessun piatto simile per {allergens}. Si "
        "rivolga a {contact}.",
    },
    "contains": {
        "en": "{dish} contains {allergen} ({record}).",
        "de": "{dish} enthält {allergen} ({record}).",
        "fr": "{dish} contient : {allergen} ({record}).",
        "es": "{dish} contiene {allergen} ({record}).",
        "it": "{dish} contiene {allergen} ({record}).",
    },
    "all_contains": {
        "en": "Recorded with {allergen}: {dishes}.",
        "de": "Verzeichnet mit {allergen}: {dishes}.",
        "fr": "Enregistré avec {allergen} : {dishes}.",
        "es": "Consta con {allergen}: {dishes}.",
        "it": "Risulta con {allergen}: {dishes}.",
    },
    "all_may_contain": {
        "en": "May contain {allergen}: {dishes}.",
        "de": "Kann {allergen} enthalten: {dishes}.",
        "fr": "Peut contenir {allergen} : {dishes}.",
        "es": "Puede contener {allergen}: {dishes}.",
        "it": "Può contenere {allergen}: {dishes}.",
    },
    "you_avoid": {
        "en": "You avoid {allergens}, as you said.",
        "de": "Sie meiden, wie Sie sagten: {allergens}.",
        "fr": "Vous évitez, comme vous l'avez dit : {allergens}.",
        "es": "Usted evita, como ha dicho: {allergens}.",
        "it": "Lei evita, come ha detto: {allergens}.",
    },
    "no_label": {
        "en": "That is not recorded of any dish on our menu. Please ask {contact}.",
        "de": "Das ist auf unserer Karte bei keinem Gericht verzeichnet. Bitte fragen Sie "
        "{contact}.",
        "fr": "Ce n'est indiqué pour aucun plat de notre carte. Veuillez demander à {contact}.",
        "es": "No consta de ningún plato de nuestra carta. Pregunte a {contact}.",
        "it": "Non risulta di nessun piatto del nostro menù. Si rivolga a {contact}.",
    },
    "may_contain": {
        "en": "{dish} may contain {allergen} ({record}).",
        "de": "{dish} kann {allergen} enthalten ({record}).",
        "fr": "{dish} peut contenir : {allergen} ({record}).",
        "es": "{dish} puede contener {allergen} ({record}).",
        "it": "{dish} può contenere {allergen} ({record}).",
    },
    "free": {
        "en": "{dish} is recorded as free of {allergen} ({record}).",
        "de": "{dish} ist als „ohne {allergen}“ verzeichnet ({record}).",
        "fr": "{dish} est enregistré sans {allergen} ({record}).",
        "es": "{dish} consta sin {allergen} ({record}).",
        "it": "{dish} risulta senza {allergen} ({record}).",
    },
    "unknown": {
        "en": "Whether {dish} contains {allergen} is not recorded.",
        "de": "Ob {dish} {allergen} enthält, ist nicht verzeichnet.",
        "fr": "Il n'est pas indiqué si {dish} contient : {allergen}.",
        "es": "No consta si {dish} contiene {allergen}.",
        "it": "Non risulta se {dish} contenga {allergen}.",
    },
    "void": {
        "en": "The recipe of {dish} was changed since it was checked for {allergen}.",
        "de": "Das Rezept von {dish} wurde geändert, seit es auf {allergen} geprüft wurde.",
        "fr": "La recette de {dish} a changé depuis son contrôle pour {allergen}.",
        "es": "La receta de {dish} ha cambiado desde que se comprobó en cuanto a {allergen}.",
        "it": "La ricetta di {dish} è cambiata da quando è stata controllata per {allergen}.",
    },
    "record": {
        "en": "kitchen's record of {date}",
        "de": "Eintrag der Küche vom {date}",
        "fr": "indication de la cuisine du {date}",
        "es": "registro de la cocina del {date}",
        "it": "registro della cucina del {date}",
    },
    "undated": {
        "en": "kitchen's record",
        "de": "Eintrag der Küche",
        "fr": "indication de la cuisine",
        "es": "registro de la cocina",
        "it": "registro della cucina",
    },
    "others": {
        "en": "Nothing is recorded about the other allergens.",
        "de": "Zu den übrigen Allergenen ist nichts verzeichnet.",
        "fr": "Rien n'est indiqué pour les autres allergènes.",
        "es": "No consta nada sobre los demás alérgenos.",
        "it": "Non risulta nulla sugli altri allergeni.",
    },
    "ask": {
        "en": "Please ask {contact}.",
        "de": "Bitte fragen Sie {contact}.",
        "fr": "Veuillez demander à {contact}.",
        "es": "Por favor, pregunte a {contact}.",
        "it": "Si rivolga a {contact}.",
    },
    "tell": {
        "en": "If you have an allergy, please tell {contact} before you order.",
        "de": "Bei einer Allergie sagen Sie es bitte vor dem Bestellen: {contact}.",
        "fr": "En cas d'allergie, prévenez avant de commander : {contact}.",
        "es": "Si tiene alguna alergia, avise antes de pedir: {contact}.",
        "it": "In caso di allergia, avvisi prima di ordinare: {contact}.",
    },
    "refer": {
        "en": "About allergies only our kitchen's own records answer, and they do not answer this. "
        "Please ask {contact}.",
        "de": "Bei Allergien antworten nur die Einträge unserer Küche, und hierzu gibt es keinen. "
        "Bitte fragen Sie {contact}.",
        "fr": "Pour les allergies, seules répondent les indications de notre cuisine, et il n'y en "
        "a pas ici. Veuillez demander à {contact}.",
        "es": "Sobre alergias solo responden los registros de nuestra cocina, y no hay ninguno "
        "para esto. Pregunte a {contact}.",
        "it": "Sulle allergie rispondono solo i registri della nostra cucina, e qui non ce n'è. "
        "Si rivolga a {contact}.",
    },
    "ambiguous": {
        "en": "That could be {dishes}. For an allergy we do not guess: please ask {contact}.",
        "de": "Das könnte {dishes} sein. Bei Allergien raten wir nicht: bitte fragen Sie "
        "{contact}.",
        "fr": "Cela pourrait être {dishes}. Pour une allergie nous ne devinons pas : veuillez "
        "demander à {contact}.",
        "es": "Podría ser {dishes}. Con una alergia no adivinamos: pregunte a {contact}.",
        "it": "Potrebbe essere {dishes}. Con un'allergia non tiriamo a indovinare: si rivolga a "
        "{contact}.",
    },
    "open": {
        "en": "Yes, you can order food now: {menus}.",
        "de": "Ja, Sie können jetzt Essen bestellen: {menus}.",
        "fr": "Oui, vous pouvez commander à manger maintenant : {menus}.",
        "es": "Sí, ahora puede pedir comida: {menus}.",
        "it": "Sì, ora può ordinare da mangiare: {menus}.",
    },
    "until": {
        "en": "{menu} until {time}",
        "de": "{menu} bis {time}",
        "fr": "{menu} jusqu'à {time}",
        "es": "{menu} hasta las {time}",
        "it": "{menu} fino alle {time}",
    },
    "around_the_clock": {
        "en": "{menu} at any time",
        "de": "{menu} jederzeit",
        "fr": "{menu} à toute heure",
        "es": "{menu} a cualquier hora",
        "it": "{menu} a qualsiasi ora",
    },
    "closed": {
        "en": "No, no food is served now. Next: {menu} on {day} from {time}.",
        "de": "Nein, jetzt gibt es kein Essen. Wieder: {menu} am {day} ab {time}.",
        "fr": "Non, on ne sert pas à manger maintenant. Prochain service : {menu}, {day} dès "
        "{time}.",
        "es": "No, ahora no se sirve comida. Próximo servicio: {menu}, el {day} desde las {time}.",
        "it": "No, ora non si serve da mangiare. Prossimo servizio: {menu}, {day} dalle {time}.",
    },
}


def say(sentence: str, language: str, **values: object) -> str:
    spoken = SENTENCES[sentence]
    return spoken.get(language, spoken["en"]).format(**values)


def allergen_names(allergens: Iterable[str], language: str) -> str:
    """For example "milk, nuts", in the order of the regulation's list."""
    names = ALLERGENS.get(language, ALLERGENS["en"])
    wanted = set(allergens)
    return ", ".join(name for allergen, name in names.items() if allergen in wanted)


def weekday_name(day: int, language: str) -> str:
    """`day` from 0, Monday."""
    return WEEKDAYS.get(language, WEEKDAYS["en"]).split()[day]
