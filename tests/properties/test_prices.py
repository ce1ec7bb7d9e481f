"""A price is read as people write it, whatever their language; nobody guesses."""

import contextlib
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.importing import BadLine, import_row, parse_line
from menus.models import Item
from properties.prices import NotAPrice, read_price


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("15,90", "15.90"),
        ("15.90", "15.90"),
        ("15.9", "15.90"),
        ("15", "15.00"),
        ("15,", "15.00"),
        (".50", "0.50"),
        ("15,-", "15.00"),
        ("15.–", "15.00"),
        ("1.250,00", "1250.00"),
        ("1,250.00", "1250.00"),
        ("1 250,50", "1250.50"),
        ("1\u202f250,50", "1250.50"),
        ("1'250.50", "1250.50"),
        ("1’250", "1250.00"),
        ("1.250.000", "1250000.00"),
        ("1,25,000.00", "125000.00"),
        ("0.250", "0.25"),
        ("１２．５０", "12.50"),
        ("١٢٫٥٠", "12.50"),
        ("-5", "-5.00"),  # for the field to refuse
    ],
)
def test_point_or_comma_need_no_language(written: str, expected: str) -> None:
    assert str(read_price(written)) == expected


@pytest.mark.parametrize(
    ("written", "currency", "languages", "expected"),
    [
        ("15.90 €", "EUR", ["de"], "15.90"),
        ("€15.90", "EUR", ["en"], "15.90"),
        ("EUR 15,90", "EUR", [], "15.90"),
        ("15,90 Euro", "EUR", [], "15.90"),
        ("Fr. 15.90", "CHF", [], "15.90"),
        ("CHF 1'250.-", "CHF", [], "1250.00"),
        ("85 kr", "SEK", ["en", "sv_SE"], "85.00"),
        ("£4.50", "GBP", ["en_GB"], "4.50"),
        ("1.250", "EUR", ["de"], "1250.00"),
        ("1,250", "EUR", ["en"], "1250.00"),
        ("1,250円", "JPY", ["ja"], "1250.00"),
        ("1.250", "JPY", ["en"], "1250.00"),  # yen have no decimals
        ("1.250", "KWD", ["en"], "1.25"),  # dinars have three
    ],
)
def test_the_house_tells_what_the_number_does_not(
    written: str, currency: str, languages: list[str], expected: str
) -> None:
    assert str(read_price(written, currency, languages)) == expected


@pytest.mark.parametrize(
    ("written", "currency", "languages", "reason"),
    [
        ("1.250", "", [], "can be read as 1250 and as 1.25"),
        ("1.250", "EUR", ["en"], "can be read as 1250 and as 1.25"),
        ("15,999", "EUR", ["de"], "can be read as 15999 and as 15.999"),
        ("15 $", "EUR", ["de"], "without “$”; it is in EUR"),
        ("15 €", "", [], "without “€”"),
        ("15 or 20", "EUR", [], "one price only"),
        ("15-20", "EUR", [], "one price only"),
        ("12.50.00", "EUR", [], "one price only"),
        ("1e3", "EUR", [], "one price only"),
        ("market price", "EUR", [], "as a number"),
        ("NaN", "EUR", [], "as a number"),
        ("", "EUR", [], "as a number"),
    ],
)
def test_what_is_unclear_is_refused_with_what_to_write(
    written: str, currency: str, languages: list[str], reason: str
) -> None:
    with pytest.raises(NotAPrice, match=reason.replace("$", r"\$")):
        read_price(written, currency, languages)


@given(st.text(max_size=30), st.sampled_from(["", "EUR", "JPY", "KWD", "XYZ"]))
def test_no_text_breaks_a_page(written: str, currency: str) -> None:
    with contextlib.suppress(NotAPrice):
        assert read_price(written, currency, ["de", "no such language"]).is_finite()


@given(st.decimals(0, 9_999_999, places=2), st.sampled_from([".", ","]))
def test_every_price_in_cents_is_read_as_it_was_meant(price: Decimal, mark: str) -> None:
    assert read_price(str(price).replace(".", mark)) == price


# --- The import -------------------------------------------------------------------------------


def line(price: object, **values: str) -> str:
    dishes = [
        {"id": "a", "name": "Soup", "price": "4.50"},
        {"id": "b", "name": "G", "price": price},
    ]
    menus = [{"name": "M", "sections": [{"name": "Mains", "items": dishes}]}]
    return json.dumps({"id": "inn", "kind": "hotel", "name": "Inn", "menus": menus, **values})


@pytest.mark.parametrize("price", ["12,50", "12.5", 12.5, "12,50 €", "€ 12.50"])
def test_an_import_reads_prices_as_people_write_them(db: None, price: object) -> None:
    import_row(parse_line(line(price, currency="EUR")))
    dish = Item.objects.get(name="G")
    assert str(dish.price) == "12.50"
    assert "12.50 EUR" in dish.document_body


@pytest.mark.parametrize(
    ("price", "reason"),
    [
        ("1.250", "1250 and as 1.25"),
        ("12,50 €", "without “€”"),
        (12.555, "2 decimal places"),
        (float("inf"), "finite"),
    ],
)
def test_an_import_says_which_price_it_cannot_read(price: object, reason: str) -> None:
    with pytest.raises(BadLine, match=rf"items\.1\.price: .*{reason}"):
        parse_line(line(price))
