"""The words of a question that can only be those of a dish's name."""

from menus.lexicon import COURSES, SIGN, Lexicon

LINKS = frozenset({"de", "d", "di", "al", "alla", "au", "aux"})


class DishName:
    """Collects the words of a dish's name, token by token.

    A kind of dish ("soup") and an allergen ("fish") are part of the name where they stand before
    one of its words, or after an article: "the fish soup", "la soupe de poisson". Where the guest
    asks "which", no article makes a name: "quels sont les desserts sans noix?".
    """

    def __init__(self, lexicon: Lexicon, unknown: frozenset[str], of_one_dish: bool) -> None:
        self.words: set[str] = set()
        self._lexicon = lexicon
        self._unknown = unknown
        self._of_one_dish = of_one_dish
        self._pending: list[str] = []  # allergens before what may turn out to be a name
        self._within = False
        self._linked = False

    def read(self, token: str) -> None:
        signed = SIGN.fullmatch(token)
        if token in self._unknown:
            self._add(token)
        elif signed:
            self._read_signed(signed[1], signed[2], signed[3].split("_"))
        elif token in self._lexicon.articles:
            self._within, self._pending = self._of_one_dish, []
        elif token in LINKS and self._within:
            self._linked = True
        else:
            self._within, self._linked, self._pending = False, False, []

    def _read_signed(self, sign: str, key: str, words: list[str]) -> None:
        if sign == "@" and self._linked:
            self._add(*words)
        elif sign == "@":
            self._pending += words
            self._within = self._within or self._of_one_dish
        elif sign == "#" and self._within and key not in COURSES:
            self._add(*words)

    def _add(self, *words: str) -> None:
        self.words.update(words, self._pending)
        self._within, self._linked, self._pending = True, False, []
