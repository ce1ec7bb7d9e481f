"""A parsed question in one line, so that a table of phrasings can be read."""

from menus.parser import MenuQuery


def in_short(query: MenuQuery | None) -> str:
    """For example "dishes vegan #mains ..19.99", or "-" where it is no question about the menu."""
    if query is None:
        return "-"
    moment = query.moment
    parts = [
        query.asks,
        *sorted(query.diets),
        *(f"not-{diet}" for diet in sorted(query.other_diets)),
        *(f"#{kind}" for kind in sorted(query.kinds)),
        *(f"free-of:{each}" for each in sorted(query.free_of)),
        *(f"with:{each}" for each in sorted(query.containing)),
        f"{query.price.least or ''}..{query.price.most or ''}",
        {"price": "cheapest", "-price": "dearest", "": ""}[query.order],
        moment.day,
        f"{moment.time:%H:%M}" if moment.time else "",
        "now" if moment.now else "",
        "sold-out" if query.sold_out else "",
        " ".join(f"'{word}'" for word in sorted(query.named)),
        "it" if query.about_previous else "",
        "" if query.certain else "?",
    ]
    return " ".join(part for part in parts if part not in {"", ".."})
