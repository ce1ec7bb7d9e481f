from django.core.management.base import BaseCommand, CommandError, CommandParser

from concierge.management.progress import embed_with_progress
from properties.models import Property
from retrieval import outbox


class Command(BaseCommand):
    help = (
        "Embed all content again, of one property or of all. Interrupted, it goes on where it "
        "stopped: run it again, or leave the rest to the worker."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("property", nargs="?", help="The property's slug; without it, all.")

    def handle(self, *, property: str | None, **options: object) -> None:
        properties = Property.objects.filter(slug=property) if property else Property.objects.all()
        ids = list(properties.values_list("pk", flat=True))
        if property and not ids:
            raise CommandError(f"There is no property {property!r}.")
        waiting = outbox.record_anew(ids)
        embed_with_progress(ids)
        self.stdout.write(f"{waiting} texts of {len(ids)} properties are embedded.")
