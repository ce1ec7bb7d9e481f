import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404

from faq.models import Faq
from properties import validators
from properties.access import open_code, open_property, properties_of, property_path, visible_to
from properties.models import Membership, Property, QRCode

pytestmark = pytest.mark.django_db
ROOMS = ("properties", "retrieval", "faq", "menus", "recommendations", "chat")
OF_NO_HOUSE = {"Bookmark", "Erased"}
"""They hold a number, and an id that nobody has any more: nothing of a house, and no page."""
MODELS = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
TENANT_MODELS = [model for model in MODELS if model.__name__ not in OF_NO_HOUSE]


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model.__name__)
def test_every_model_says_how_it_belongs_to_a_property(model: type[Model]) -> None:
    assert property_path(model)


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model.__name__)
def test_staff_see_their_own_rows_and_a_stranger_none_of_them(
    model: type[Model], hotel: Property, staff: User, stranger: User
) -> None:
    rows = model._default_manager.all()
    mine = set(visible_to(staff, rows).values_list("pk", flat=True))
    strangers = set(visible_to(stranger, rows).values_list("pk", flat=True))
    assert not mine & strangers
    assert mine | strangers == set(rows.values_list("pk", flat=True))


def test_nobody_and_former_staff_see_nothing(hotel: Property, staff: User) -> None:
    assert not visible_to(AnonymousUser(), Faq.objects.all()).exists()
    staff.is_active = False
    assert not visible_to(staff, Faq.objects.all()).exists()
    staff.is_superuser = True
    assert not visible_to(staff, Faq.objects.all()).exists()


def test_a_role_narrows_what_is_seen(hotel: Property, staff: User, colleague: User) -> None:
    manager = Membership.Role.MANAGER
    assert list(properties_of(staff, manager)) == [hotel]
    assert not properties_of(colleague, manager).exists()
    assert list(properties_of(colleague)) == [hotel]


@pytest.mark.parametrize(
    "model",
    [User, *(each for each in MODELS if each.__name__ in OF_NO_HOUSE)],
    ids=lambda model: model.__name__,
)
def test_a_model_without_a_property_cannot_be_asked_for(model: type[Model], staff: User) -> None:
    with pytest.raises(TypeError, match="property_path"):
        visible_to(staff, model._default_manager.all())


def test_an_unknown_link_or_code_does_not_exist(hotel: Property) -> None:
    assert open_property(hotel.slug) == hotel
    with pytest.raises(Http404):
        open_property("nowhere")
    code = QRCode.objects.create(property=hotel, place="Room 1")
    assert open_code(code.code) == code
    code.active = False
    code.save()
    for closed in (code.code, "guess"):
        with pytest.raises(Http404):
            open_code(closed)


def test_codes_are_opaque_and_differ(hotel: Property) -> None:
    codes = {QRCode.objects.create(property=hotel, place=f"Room {n}").code for n in range(50)}
    assert len(codes) == 50
    assert all(len(code) == 12 for code in codes)


@pytest.mark.parametrize(
    ("validator", "good", "bad"),
    [
        (validators.time_zone, ["Europe/Vienna", "UTC"], ["Mars/Base", "../etc/passwd", ""]),
        (validators.currency_code, ["EUR"], ["eur", "EURO", "€"]),
        (validators.language_code, ["en"], ["EN", "eng", "e"]),
        (validators.country_code, ["AT", "XK"], ["at", "EU", "Austria"]),
        (
            validators.web_origin,
            ["https://www.example.com", "http://localhost:8080"],
            [
                "example.com",
                "https://example.com/",
                "https://example.com/page",
                "https://*.example.com",
                "https://a.com b.com",
                "https://a.com;b",
                "javascript:alert(1)",
                "https://user@example.com/",
            ],
        ),
    ],
)
def test_what_staff_enter_is_checked(validator: object, good: list[str], bad: list[str]) -> None:
    for value in good:
        validator(value)  # type: ignore[operator]
    for value in bad:
        with pytest.raises(ValidationError):
            validator(value)  # type: ignore[operator]
