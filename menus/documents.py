"""How a dish reads to search, to the model and as a card in the chat."""

from typing import TYPE_CHECKING

from menus.allergens import Allergen, Diet, Presence
from menus.availability import in_words
from properties.photos import variants
from retrieval.models import Document

if TYPE_CHECKING:
    from menus.models import Item


def item_document(item: "Item") -> Document:
    allergens = allergens_by_presence(item)
    menu = item.section.menu
    price = f"{item.price} {item.property.currency}" if item.price is not None else ""
    served = in_words(item.days, item.available_from, item.available_until)
    facts = [
        item.description.rstrip("."),
        f"It costs {price}" if price else "",
        ", ".join(Diet(diet).label for diet in item.diets),
        _allergen_sentence("Contains", allergens[Presence.CONTAINS]),
        _allergen_sentence("May contain", allergens[Presence.MAY_CONTAIN]),
        f"Served {served}" if served else "",
        "Sold out at the moment" if item.sold_out else "",
        f"On the {menu.name} menu under {item.section.name}",
    ]
    return Document(
        title=item.name,
        body=" ".join(f"{fact}." for fact in facts if fact),
        card={
            "kind": item.kind,
            "title": item.name,
            "text": item.description,
            "price": price,
            "diets": [Diet(diet).label for diet in item.diets],
            "allergens": {
                "contains": allergens[Presence.CONTAINS],
                "may_contain": allergens[Presence.MAY_CONTAIN],
                "verified_free": allergens[Presence.VERIFIED_FREE],
            },
            "served": served,
            "sold_out": item.sold_out,
            "photo": item.photo.url if item.photo else "",
            "photo_sizes": variants(item.photo),
        },
    )


def allergens_by_presence(item: "Item") -> dict[str, list[str]]:
    """Presence → the allergens' names in the order of the regulation's list.

    A verification whose recipe was changed since counts as none.
    """
    records = item.allergens.all() if item.pk else ()
    known = {record.allergen: record.presence for record in records if not record.is_void()}
    return {
        presence: [each.label for each in Allergen if known.get(each) == presence]
        for presence in Presence
    }


def _allergen_sentence(verb: str, names: list[str]) -> str:
    return f"{verb} {', '.join(name.lower() for name in names)}" if names else ""
