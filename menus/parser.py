"""What a guest asks of the menu, read from fixed words: no model and no database takes part.

A list of dishes is claimed only where every word is understood, so that "is coffee included?" stays
a question for the FAQs. A question about allergens is claimed wherever it can be one, because
nothing else may answer it: what is not understood there goes to the staff.
"""

import datetime
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from menus.dishname import DishName
from menus.lexicon import SIGN, Lexicon, keys, lexicon
from menus.numbers import Bounds, spell, take_bounds, take_time
from reading.wording import plain

MEALS = {
    "breakfast": datetime.time(8),
    "lunch": datetime.time(12, 30),
    "dinner": datetime.time(19),
    "tonight": datetime.time(19),
}
EATEN = frozenset({"fish", "crustaceans", "molluscs"})  # asked for by name as often as avoided
ORDERED = EATEN | {"milk", "eggs"}  # in "can I get milk for my baby?" nobody fears them

Asks = Literal["dishes", "contents", "verdict", "allergy", "hours"]


@dataclass(frozen=True)
class Moment:
    """When a dish should be served. `day` is "", "today", "tomorrow" or a weekday ("sun")."""

    day: str = ""
    time: datetime.time | None = None
    now: bool = False


@dataclass(frozen=True)
class MenuQuery:
    """`asks`: for dishes, which of them contain an allergen, for the verdict on one dish, help with
    an allergy, the kitchen's hours.

    Of a verdict, `words` are the guest's words in order, signed; `named` those that the dish's name
    has to hold; `certain` whether it is about allergens even if no dish has that name. `avoided`
    are the allergens that the guest said to avoid, now or before; `inherited` those of the verdict
    that a bare "and the sorbet?" goes on from; `reminded` whether the guest said before what to
    avoid. `cheaper`: than the dishes of the answer before.
    """

    asks: Asks
    diets: frozenset[str] = frozenset()
    other_diets: frozenset[str] = frozenset()
    free_of: frozenset[str] = frozenset()
    containing: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    price: Bounds = field(default_factory=Bounds)
    order: Literal["", "price", "-price"] = ""
    moment: Moment = field(default_factory=Moment)
    sold_out: bool = False
    words: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()
    about_previous: bool = False
    certain: bool = True
    avoided: frozenset[str] = frozenset()
    inherited: frozenset[str] = frozenset()
    food_only: bool = False
    cheaper: bool = False
    reminded: bool = False


def parse(text: str) -> MenuQuery | None:
    """None where it is no question about the menu."""
    sentence = read(text)
    return sentence.query(sentence.mended())


def read(text: str) -> "Sentence":
    lex = lexicon()
    words = lex.without("here", lex.part(plain(spell(text)).replace(" . ", " ")))
    time, words = take_time(words)
    bounds, words = take_bounds(lex, words)
    return Sentence(lex, words, lex.sign(words), bounds, time)


@dataclass(frozen=True)
class Sentence:
    """A guest's words, plain and signed, without the prices and times that were taken out."""

    lexicon: Lexicon
    words: str
    signed: str
    price: Bounds
    time: datetime.time | None
    guessed: bool = False

    def mended(self) -> "Sentence":
        """With mistyped allergens put right."""
        words = self.lexicon.mend(self.words, self.unknown())
        if words == self.words:
            return self
        return replace(self, words=words, signed=self.lexicon.sign(words), guessed=True)

    def query(self, mended: "Sentence") -> MenuQuery | None:
        """`mended` is the same sentence, mended: an allergen may be mistyped."""
        asked = None if mended.has("allergy") else self.about_allergens()
        asked = asked or mended.about_allergens()
        return asked or self.about_safety() or self.about_hours() or self.about_dishes()

    def has(self, *frames: str) -> bool:
        return any(
            self.lexicon.has(each, text) for each in frames for text in (self.words, self.signed)
        )

    def about_allergens(self) -> MenuQuery | None:
        asked, allergic = keys("@", self.signed), self.has("allergy")
        elsewhere = self.has("elsewhere")
        at_stake = asked and (allergic or self.has("free", "safe"))
        if not (asked or allergic) or (elsewhere and not at_stake):
            return None
        framed = allergic or self.has("free", "safe", "contain")
        named = self.named()
        doubtful = self.guessed and not self.has("with")
        certain = framed or not (doubtful or self.orders(asked, named))
        goes_on = self.has("about") and not framed  # "and nuts?"
        lists = self.lists() and not named and not goes_on
        if lists and (certain or self.has("with") or asked <= EATEN):
            return self.listing(asked, allergic)
        if named or certain or self.has("it", "about"):
            return self.verdict(named, certain)
        return None

    def orders(self, asked: frozenset[str], named: frozenset[str]) -> bool:
        """Whether the guest may just want some: milk, mustard, "breakfast with eggs"."""
        wanted = asked <= ORDERED or self.has("ordered")
        return wanted and (not named or self.has("offer", "request", "with"))

    def listing(self, asked: frozenset[str], allergic: bool) -> MenuQuery | None:
        if not asked:
            return MenuQuery("allergy")
        free = self.avoided(asked, allergic)
        query = self.dishes(free_of=free, containing=asked - free)
        ordered = asked <= EATEN and not self.has("contain")
        return query if free or ordered else replace(query, asks="contents")

    def avoided(self, asked: frozenset[str], allergic: bool) -> frozenset[str]:
        cautious = allergic or self.has("safe")
        return asked if cautious else self.lexicon.allergens_in("free", self.signed)

    def verdict(self, named: frozenset[str], certain: bool) -> MenuQuery:
        asked = named or self.has("it", "about", "contain", "free", "safe")
        return MenuQuery(
            "verdict" if asked else "allergy",
            words=tuple(self.signed.split()),
            named=named,
            about_previous=bool(asked) and not named,
            certain=certain,
            avoided=keys("@", self.signed) if self.has("allergy") else frozenset(),
        )

    def about_safety(self) -> MenuQuery | None:
        """ "Is the schnitzel safe?": about allergens if that is a dish, else no matter of ours."""
        named = self.named()
        if not named or not self.has("safe") or self.has("elsewhere"):
            return None
        return self.verdict(named, certain=False)

    def bare(self) -> MenuQuery | None:
        """On a dish or on "it", where only the conversation tells what of: "and the sorbet?"."""
        named = self.named()
        if not named and not (self.has("it") and self.has("safe", "have")):
            return None
        return self.verdict(named, certain=not named)

    def goes_on(self) -> bool:
        return self.has("goes_on") or self.lexicon.has("and", (self.words.split() or [""])[0])

    def suggestion(self) -> MenuQuery | None:
        """ "What can I eat?", where the conversation tells what is to be avoided."""
        return self.dishes() if self.has("dishes") and not self.unknown() else None

    def listing_on(self) -> MenuQuery | None:
        """Of the dishes asked for before: "anything cheaper?", "and tomorrow?"."""
        return None if self.unknown() else replace(self.dishes(), cheaper=self.has("cheaper"))

    def about_hours(self) -> MenuQuery | None:
        """As of now: of another day or time, an FAQ may tell."""
        asked_now = self.time is None and self.moment().day in {"", "today"}
        return MenuQuery("hours") if self.has("kitchen") and asked_now else None

    def about_dishes(self) -> MenuQuery | None:
        if self.unknown() or keys("@", self.signed) or "breakfast" in keys("&", self.signed):
            return None
        query = self.dishes()
        bounded = query.price != Bounds() or query.order or query.moment != Moment()
        chosen = query.diets or query.other_diets or query.kinds
        priced = query.price != Bounds()
        meal = self.lists() and bounded and (priced or self.has("food"))
        if not (chosen or query.sold_out or meal):
            return None
        return None if self.has("it") and not query.kinds and not self.lists() else query

    def dishes(
        self, free_of: frozenset[str] = frozenset(), containing: frozenset[str] = frozenset()
    ) -> MenuQuery:
        other, diets = self.diets()
        order: Literal["", "price", "-price"] = "price" if self.has("cheapest") else ""
        return MenuQuery(
            "dishes",
            diets=diets,
            other_diets=other,
            free_of=free_of,
            containing=containing,
            kinds=keys("#", self.signed),
            price=self.price,
            order="-price" if self.has("dearest") else order,
            moment=self.moment(),
            sold_out=self.has("sold_out"),
            avoided=free_of,
            food_only=self.has("dishes") and not keys("#", self.signed),
        )

    def diets(self) -> tuple[frozenset[str], frozenset[str]]:
        """(what it should not be, what it should be)."""
        tokens = self.signed.split()
        negated = {
            token
            for before, token in pairwise(tokens)
            if token.startswith("%") and self.lexicon.has("not", before)
        }
        other = keys("%", " ".join(negated))
        return other, keys("%", self.signed) - other

    def moment(self) -> Moment:
        when = keys("&", self.signed)
        meals = [MEALS[each] for each in MEALS if each in when]
        day = next(iter(sorted(when - set(MEALS) - {"now"})), "")
        return Moment(
            day=day or ("today" if "tonight" in when or self.time else ""),
            time=self.time or next(iter(meals), None),
            now="now" in when or self.has("available"),
        )

    def lists(self) -> bool:
        """Whether it asks for dishes and not for a word on one of them."""
        if self.has("which") or keys("#", self.signed):
            return True
        begins = self.signed.startswith(("#", "%")) or self.has("free")
        return not self.has("it") and (begins or self.has("offer"))

    def named(self) -> frozenset[str]:
        """The words that a dish's name must hold: of "the walnut cake", both."""
        name = DishName(self.lexicon, self.unknown(), of_one_dish=not self.has("which"))
        for token in self.signed.split():
            name.read(token)
        return frozenset(name.words)

    def unknown(self) -> frozenset[str]:
        text = self.signed
        for frame in ("cheapest", "dearest", "cheaper", "sold_out", "available"):
            text = self.lexicon.without(frame, text)
        return frozenset(
            word
            for word in text.split()
            if not SIGN.fullmatch(word) and not self.lexicon.is_idle(word)
        )
