"""Documents that are not what they would be if they were written now.

Writers keep them right (tenants.py). What goes round them does not: SQL, a restored backup, a
release that words documents in another way. So a page of rows is looked at every minute, one after
the other, and only what differs is locked.
"""

from retrieval.models import Bookmark, Embedded
from retrieval.registry import content_models

PAGE = 300
"""Rows of each kind at a time: some tens of milliseconds, and 18,000 rows an hour."""


def rewrite_older_documents() -> int:
    """Write anew what differs on the next page of every kind of content; returns how many."""
    return sum(_next_page(model) for model in content_models().values())


def _next_page(model: type[Embedded]) -> int:
    bookmark, _ = Bookmark.objects.get_or_create(kind=model.kind, defaults={"last": 0})
    page = list(model.objects.light().filter(pk__gt=bookmark.last).order_by("pk")[:PAGE])
    bookmark.last = page[-1].pk if len(page) == PAGE else 0
    bookmark.save()
    older = [row.pk for row in page if row.rewrite_document()]
    return model.objects.filter(pk__in=older).refresh_documents() if older else 0
