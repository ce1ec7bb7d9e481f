"""The one way to tenant data: every queryset that a person sees passes through here.

A model belongs to a property by the lookup in its `property_path` ("property",
"section__menu__property"), so one rule fits them all. Whoever asks for what is not theirs learns
no more than that it does not exist.
"""

from typing import Any, TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.http import Http404

from properties.models import Membership, Property, QRCode

M = TypeVar("M", bound=models.Model)
User = AbstractBaseUser | AnonymousUser


def property_path(model: type[models.Model]) -> str | None:
    """The lookup from a model to its property, or None where it belongs to no tenant."""
    return getattr(model, "property_path", None)


def properties_of(user: User, *roles: str) -> models.QuerySet[Property]:
    """The properties where `user` works, in one of `roles` if any is named."""
    if not user.is_active or not user.is_authenticated:
        return Property.objects.none()
    if getattr(user, "is_superuser", False):
        return Property.objects.all()
    memberships = Membership.objects.filter(user_id=user.pk)
    if roles:
        memberships = memberships.filter(role__in=roles)
    return Property.objects.filter(pk__in=memberships.values("property"))


def visible_to(user: User, queryset: models.QuerySet[M], *roles: str) -> models.QuerySet[M]:
    """`queryset` without the rows of properties where `user` does not work."""
    path = property_path(queryset.model)
    if path is None:
        raise TypeError(f"{queryset.model.__name__} names no property_path.")
    if getattr(user, "is_superuser", False) and user.is_active:
        return queryset
    return queryset.filter(**{f"{path}__in": properties_of(user, *roles)})


def owning_property_id(instance: models.Model) -> int | None:
    """The primary key of the property that `instance` belongs to."""
    *steps, last = (property_path(type(instance)) or "").split("__")
    owner: object = instance
    for step in steps:
        owner = getattr(owner, step, None)
    # The foreign key's own column: the property itself need not be fetched.
    return getattr(owner, last if last == "pk" else f"{last}_id", None)


def owning_property(instance: models.Model) -> Property | None:
    """The property that `instance` belongs to; None where it belongs to no tenant."""
    path = property_path(type(instance))
    owner: Any = instance if path else None
    for step in (path or "").split("__"):
        owner = owner if step in {"", "pk"} else getattr(owner, step, None)
    return owner


def open_property(slug: str) -> Property:
    """The property behind a guest's link; guests need no account."""
    try:
        return Property.objects.get(slug=slug)
    except Property.DoesNotExist:
        raise Http404("There is no such property.") from None


def open_code(code: str) -> QRCode:
    """The room or table behind a printed code that is switched on."""
    try:
        return QRCode.objects.select_related("property").get(code=code, active=True)
    except QRCode.DoesNotExist:
        raise Http404("This code is not in use.") from None
