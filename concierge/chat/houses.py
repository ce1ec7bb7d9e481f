"""Properties as this process last read them.

Danger is answered from here, whatever Postgres does. For all else a property is read anew once what
is known of it is older than two seconds: an edit of its settings is felt within that.
"""

import time
from typing import NamedTuple

from django.db import InterfaceError, OperationalError
from django.http import Http404

from concierge.patience import patience
from concierge.threads import CHAT, in_a_thread
from properties.access import open_property
from properties.models import Property

FRESH_SECONDS = 2.0
READ_SECONDS = 2.0
"""Then what was known last has to do."""
AWAY = (TimeoutError, OperationalError, InterfaceError)
"""What is raised where Postgres does not answer."""


class Known(NamedTuple):
    property: Property
    read_at: float


_known: dict[str, Known] = {}


def last_known(slug: str) -> Property | None:
    known = _known.get(slug)
    return known.property if known else None


def is_fresh(slug: str) -> bool:
    known = _known.get(slug)
    return known is not None and time.monotonic() - known.read_at < FRESH_SECONDS


def opened(slug: str) -> Property:
    """For a page, in its own thread: as `read`, with the same errors."""
    try:
        with patience(READ_SECONDS):
            return open_property(slug)
    except AWAY:
        if (known := last_known(slug)) is None:
            raise
        return known


async def read(slug: str) -> Property:
    """The property as it is now; as it was last, where Postgres does not say.

    Raises Http404 where there is none, and one of AWAY where nobody knows.
    """
    try:
        found = await in_a_thread(CHAT, READ_SECONDS, open_property, slug)
    except Http404:
        _known.pop(slug, None)
        raise
    except AWAY:
        if slug in _known:
            return _known[slug].property
        raise
    _known[slug] = Known(found, time.monotonic())
    return found
