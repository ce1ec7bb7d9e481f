"""What follows or goes before a number: currencies, units, the halves of a day."""

_CURRENCIES = {
    "EUR": "€ eur euro euros",
    "USD": "$ us$ usd dollar dollars dólares dollari",
    "GBP": "£ gbp pound pounds pfund livres libras sterline",
    "CHF": "chf fr. sfr franken francs franchi francos",
    "JPY": "¥ jpy yen",
    "SEK": "sek",
    "DKK": "dkk",
    "NOK": "nok",
    "PLN": "pln zł",
    "CZK": "czk kč",
    "INR": "₹ inr rupees",
    "THB": "฿ thb baht",
    "AED": "aed",
    "TRY": "₺ try",
    "AUD": "aud",
    "CAD": "cad",
}
_UNITS = {
    "%": "% percent prozent pourcent",
    "minute": "min mins minute minutes minuten minuto minutos minuti",
    "hour": "hr hrs hour hours stunde stunden std heure heures hora horas ora ore",
    "day": "day days tag tage tagen jour jours día días giorno giorni",
    "night": "night nights nacht nächte nächten nuit nuits noche noches notte notti",
    "week": "week weeks woche wochen semaine semaines semana semanas settimana settimane",
    "month": "month months monat monate monaten mois mes meses mese mesi",
    "year": "year years yr yrs jahr jahre jahren an ans año años anno anni yo",
    "m": "m meter meters metre metres metern mètre mètres metro metros metri",
    "km": "km kilometer kilometers kilometre kilometres kilomètres kilómetros chilometri kms",
    "mile": "mile miles mi meilen",
    "kg": "kg kilo kilos kilogram kilograms kilogramm",
    "mbit": "mbit mbps mb mbit/s",
    "degree": "° °c degrees grad degrés grados gradi",
    "person": "person persons people personen personnes personas persone pax",
    "m²": "m² sqm m2 qm",
    "floor": "floor floors storey stock etage étage étages piso planta piano",
}
MERIDIEM = {"am": "am", "a.m": "am", "a.m.": "am", "pm": "pm", "p.m": "pm", "p.m.": "pm"}
HOURS = frozenset({"uhr", "h", "o'clock", "oclock", "heures", "horas"})


def _by_word(table: dict[str, str]) -> dict[str, str]:
    return {word: name for name, words in table.items() for word in words.split()}


CURRENCY_OF, UNIT_OF = _by_word(_CURRENCIES), _by_word(_UNITS)
"""The currency or unit that a word or sign means, by that word in lower case."""
