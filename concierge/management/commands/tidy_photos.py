from django.core.management.base import BaseCommand

from concierge.history.photos import tidy


class Command(BaseCommand):
    help = "Make photos of earlier versions small, and remove files that nothing names any more."

    def handle(self, **options: object) -> None:
        encoded, removed = tidy()
        self.stdout.write(f"{encoded} photos made small, {removed} unused files removed.")
