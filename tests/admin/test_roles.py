"""Who may do what: memberships decide, and nobody makes themselves more than they are."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db.models import Model
from django.test import Client

from faq.models import Faq
from menus.models import Item, Menu
from properties.models import Membership, Property, QRCode, WidgetSite
from recommendations.models import Recommendation
from retrieval.models import OutboxEntry
from tests.admin.conftest import SignIn
from tests.admin.pages import MODELS, TENANT_MODELS, address, form_values, rows_of

CONTENT: list[type[Model]] = [Faq, Item, Menu, Recommendation]
MANAGED: list[type[Model]] = [QRCode, WidgetSite, Membership]


def may_open(client: Client, model: type[Model], page: str, *keys: Any) -> bool:
    return client.get(address(model, page, *keys)).status_code == 200


def test_editors_edit_content(sign_in: SignIn, colleague: User, furnished: Property) -> None:
    client = sign_in(colleague)
    for model in CONTENT:
        assert may_open(client, model, "changelist"), model
        assert may_open(client, model, "add"), model
        row = rows_of(model, furnished)[0]
        assert may_open(client, model, "change", row.pk), model
        assert may_open(client, model, "delete", row.pk), model


def test_editors_reach_no_page_of_the_managers(
    sign_in: SignIn, colleague: User, furnished: Property
) -> None:
    client = sign_in(colleague)
    for model in MANAGED:
        row = rows_of(model, furnished)[0]
        assert not may_open(client, model, "changelist"), model
        assert not may_open(client, model, "add"), model
        assert not may_open(client, model, "change", row.pk), model
        assert not may_open(client, model, "delete", row.pk), model
    assert client.get("/admin/properties/qrcode/many/").status_code == 403


def test_editors_see_their_property_and_change_nothing_of_it(
    sign_in: SignIn, colleague: User, hotel: Property
) -> None:
    client = sign_in(colleague)
    url = address(Property, "change", hotel.pk)
    assert client.get(url).status_code == 200
    assert client.post(url, {"name": "Mine"}).status_code == 403


def test_managers_run_their_property(office: Client, furnished: Property) -> None:
    for model in (*CONTENT, *MANAGED):
        assert may_open(office, model, "changelist"), model
        assert may_open(office, model, "add"), model
    assert may_open(office, Property, "change", furnished.pk)


def test_a_role_counts_only_at_its_own_property(
    sign_in: SignIn, both: User, hotel: Property, other_hotel: Property
) -> None:
    client = sign_in(both)
    values = {"name": "Mine", "kind": "hotel"}
    assert client.post(address(Property, "change", hotel.pk), values).status_code == 403
    assert client.get(address(Property, "change", other_hotel.pk)).status_code == 200
    url = address(QRCode, "add")
    code = {**form_values(client, url), "property": hotel.pk, "place": "Room 1"}
    client.post(url, code)
    assert not QRCode.objects.filter(property=hotel).exists()


def test_only_superusers_make_and_delete_properties(
    office: Client, sign_in: SignIn, superuser: User, furnished: Property
) -> None:
    assert not may_open(office, Property, "add")
    assert not may_open(office, Property, "delete", furnished.pk)
    root = sign_in(superuser)
    assert may_open(root, Property, "add")
    assert root.post(address(Property, "delete", furnished.pk), {"post": "yes"}).status_code == 302
    assert not Property.objects.exists()


def test_the_link_that_is_printed_stays(office: Client, hotel: Property) -> None:
    url = address(Property, "change", hotel.pk)
    values = {**form_values(office, url), "name": "New name", "slug": "new-link"}
    assert office.post(url, values).status_code == 302
    hotel.refresh_from_db()
    assert (hotel.name, hotel.slug) == ("New name", "lakeside")


def test_superusers_open_every_page(
    sign_in: SignIn, superuser: User, furnished: Property, strange: Property
) -> None:
    client = sign_in(superuser)
    opened = client.get("/admin/").wsgi_request
    Faq.objects.filter(property=furnished)[:1].get().delete()
    for model in MODELS:
        assert may_open(client, model, "changelist"), model
        row = admin.site.get_model_admin(model).get_queryset(opened).first()
        assert row, model
        assert may_open(client, model, "change", row.pk), model


@pytest.mark.parametrize("kind", ["staff without a property", "no staff", "inactive", "nobody"])
def test_all_others_reach_nothing(sign_in: SignIn, kind: str, furnished: Property) -> None:
    user = User.objects.create_user("someone", is_staff=kind != "no staff")
    user.user_permissions.set(Permission.objects.all())
    client = Client() if kind == "nobody" else sign_in(user)
    User.objects.filter(pk=user.pk).update(is_active=kind != "inactive")
    if kind == "no staff":
        Membership.objects.create(property=furnished, user=user, role=Membership.Role.MANAGER)
    for model in MODELS:
        assert not may_open(client, model, "changelist"), model
        assert not may_open(client, model, "add"), model
    for model in TENANT_MODELS:
        for row in rows_of(model, furnished):
            assert not may_open(client, model, "change", row.pk), model


def test_users_and_the_outbox_are_for_superusers(office: Client, superuser: User) -> None:
    for model in (User, OutboxEntry):
        assert office.get(address(model, "changelist")).status_code == 403
        assert office.get(address(model, "change", superuser.pk)).status_code == 403
    assert office.post(f"/admin/auth/user/{superuser.pk}/password/").status_code == 403


def test_the_sidebar_names_only_what_opens(
    sign_in: SignIn, colleague: User, staff: User, superuser: User
) -> None:
    def titles(user: User) -> list[str]:
        groups = sign_in(user).get("/admin/").context["sidebar_navigation"]
        return [item["title"] for group in groups for item in group["items"]]

    content = ["Menus", "Menu items", "FAQs", "Recommendations"]
    guests = ["Changes", "Recently deleted", "Handoffs", "Conversations"]
    assert titles(colleague) == [*content, "Properties", *guests]
    managed = ["Properties", "Answers", "QR codes", "Widget sites", "Staff"]
    managers = [*content, *managed, *guests]
    assert titles(staff) == managers
    assert titles(superuser) == [*managers, "Users", "Outbox entries"]


# --- Colleagues ------------------------------------------------------------------------------


def join(client: Client, colleague: str, **values: object) -> Any:
    url = address(Membership, "add")
    return client.post(
        url, {**form_values(client, url), "colleague": colleague, "role": "editor", **values}
    )


@pytest.mark.parametrize("name", ["newcomer", "newcomer@example.com", "NEWCOMER@example.com"])
def test_a_manager_adds_a_colleague_by_name_or_address(
    office: Client, hotel: Property, name: str
) -> None:
    newcomer = User.objects.create_user("newcomer", "newcomer@example.com", is_staff=True)
    assert join(office, name).status_code == 302
    assert Membership.objects.get(user=newcomer).property == hotel


@pytest.mark.parametrize(("is_staff", "is_active"), [(False, True), (True, False)])
def test_only_staff_accounts_can_join(office: Client, is_staff: bool, is_active: bool) -> None:
    User.objects.create_user(
        "newcomer", "newcomer@example.com", is_staff=is_staff, is_active=is_active
    )
    response = join(office, "newcomer")
    assert "There is no staff account" in response.content.decode()
    assert not Membership.objects.filter(user__username="newcomer").exists()


def test_nobody_joins_twice(office: Client, colleague: User) -> None:
    assert "They work here already" in join(office, "colleague").content.decode()


def test_an_address_that_two_accounts_share_adds_neither(office: Client) -> None:
    for name in ("one", "two"):
        User.objects.create_user(name, "shared@example.com", is_staff=True)
    assert "There is no staff account" in join(office, "shared@example.com").content.decode()


def test_the_form_lists_no_users(office: Client, strange: Property) -> None:
    assert "stranger" not in office.get(address(Membership, "add")).content.decode()


def test_nobody_changes_their_own_role(office: Client, staff: User, colleague: User) -> None:
    own, other = (Membership.objects.get(user=user) for user in (staff, colleague))
    for page in ("change", "delete"):
        assert office.post(address(Membership, page, own.pk), {"role": "editor"}).status_code == 403
    office.post(
        address(Membership, "changelist"),
        {"action": "delete_selected", "_selected_action": [own.pk, other.pk], "post": "yes"},
    )
    assert Membership.objects.filter(pk=own.pk, role="manager").exists()


def test_a_manager_changes_a_colleagues_role(office: Client, colleague: User) -> None:
    membership = Membership.objects.get(user=colleague)
    url = address(Membership, "change", membership.pk)
    assert office.post(url, {**form_values(office, url), "role": "manager"}).status_code == 302
    membership.refresh_from_db()
    assert membership.role == "manager"


def test_a_superuser_makes_an_account_and_gives_it_a_place_to_work(
    sign_in: SignIn, superuser: User, hotel: Property
) -> None:
    client = sign_in(superuser)
    url = address(User, "add")
    values = {
        **form_values(client, url),
        "username": "newcomer",
        "password1": "a-long-password",
        "password2": "a-long-password",
        "email": "newcomer@example.com",
        "memberships-TOTAL_FORMS": 1,
        "memberships-0-property": hotel.pk,
        "memberships-0-role": "editor",
    }
    assert client.post(url, values).status_code == 302
    newcomer = User.objects.get(username="newcomer")
    assert (newcomer.email, newcomer.is_staff) == ("newcomer@example.com", True)
    assert may_open(sign_in(newcomer), Faq, "changelist")
