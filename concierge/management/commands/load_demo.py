from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand

from concierge.history.changing import changing
from concierge.history.models import Change
from properties.models import Property, QRCode

CONTENT = Path(__file__).resolve().parents[2] / "demo" / "lakeside.jsonl"
PLACES = ("Lobby", "Room 101", "Room 102", "Terrace, table 1")


class Command(BaseCommand):
    help = "Load the demo hotel with its content and a few QR codes. Loading twice is harmless."

    def handle(self, **options: object) -> None:
        call_command("import_content", CONTENT, stdout=self.stdout)
        hotel = Property.objects.get(slug="demo")
        with changing(Change.Origin.COMMAND, detail="load_demo"):
            for place in PLACES:
                QRCode.objects.get_or_create(property=hotel, place=place)
