from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from concierge.patience import endless_patience


class Command(migrate.Command):
    """Django's own; a house's rows and indexes are written anew for as long as that takes."""

    def handle(self, *args: Any, **options: Any) -> None:
        with endless_patience(connections[options["database"]]):
            super().handle(*args, **options)
