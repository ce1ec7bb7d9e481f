"""Whose history it is: whoever may edit a row sees its history, and may restore it."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from concierge.history.models import Change, RowChange
from concierge.history.tracked import by_roles
from properties.access import properties_of, visible_to

User = AbstractBaseUser | AnonymousUser


def visible_rows(user: User) -> QuerySet[RowChange]:
    """Of a change that touched two properties, each side sees its own rows only."""
    rows = visible_to(user, RowChange.objects.all())
    if getattr(user, "is_superuser", False):
        return rows
    allowed = Q(pk__in=())
    for roles, labels in by_roles():
        allowed |= Q(model__in=labels, property__in=properties_of(user, *roles))
    return rows.filter(allowed)


def visible_changes(user: User) -> QuerySet[Change]:
    return Change.objects.filter(Exists(visible_rows(user).filter(change=OuterRef("pk"))))
