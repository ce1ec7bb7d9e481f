"""The base of every page: who sees its rows, and what a field may point to."""

from typing import cast

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest
from django.test import RequestFactory

from properties.admin_base import PropertyScopedAdmin
from properties.models import Membership, Property, QRCode, WidgetSite
from tests.admin.conftest import SignIn
from tests.admin.pages import address, rows_of
from tests.people import CANARY, make_property, make_staff

MANAGED: list[type[Model]] = [QRCode, WidgetSite, Membership]


@pytest.fixture
def edits(db: None) -> Property:
    return make_property("edits")


@pytest.fixture
def manages(db: None) -> Property:
    return make_property("manages")


@pytest.fixture
def user(edits: Property, manages: Property) -> User:
    """Opens the pages of managers because of one house, and only edits at the other."""
    user = make_staff("both", manages)
    Membership.objects.create(user=user, property=edits, role=Membership.Role.EDITOR)
    return user


@pytest.fixture
def furnished(edits: Property, manages: Property) -> None:
    for house, word in ((edits, CANARY), (manages, "mine")):
        QRCode.objects.create(property=house, place=word)
        WidgetSite.objects.create(property=house, origin=f"https://{word}.example")
        make_staff(f"colleague-{word}", house)


@pytest.mark.usefixtures("furnished")
def test_a_manager_of_one_house_sees_no_managers_rows_of_another(
    sign_in: SignIn, user: User
) -> None:
    client = sign_in(user)
    for model in MANAGED:
        page = client.get(address(model, "changelist")).content.decode()
        assert "mine" in page, model
        assert CANARY not in page, model


@pytest.mark.usefixtures("furnished")
def test_no_managers_row_of_a_house_where_one_edits_is_opened(
    sign_in: SignIn, user: User, edits: Property
) -> None:
    client = sign_in(user)
    own = Membership.objects.get(user=user, property=edits)
    rows = [row for model in MANAGED for row in rows_of(model, edits) if row != own]
    assert {type(row) for row in rows} == set(MANAGED)
    for row in rows:
        for page in ("change", "delete", "history"):
            response = client.get(address(type(row), page, row.pk))
            assert response.status_code in {302, 403}, (row, page)


def test_what_belongs_to_no_house_is_no_choice_but_for_superusers(user: User) -> None:
    """Accounts have no house: a field that offered them would list the staff of all."""
    page = cast(PropertyScopedAdmin, admin.site.get_model_admin(Membership))
    field = Membership._meta.get_field("user")
    root = User.objects.create_superuser("root", "root@example.com", "a-long-password")
    offered = {
        person: set(page.get_field_queryset(None, field, asked_by(person)))
        for person in (user, root)
    }
    assert offered == {user: set(), root: {user, root}}


def asked_by(person: User) -> HttpRequest:
    request = RequestFactory().get("/admin/")
    request.user = person
    return request
