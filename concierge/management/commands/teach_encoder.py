from argparse import BooleanOptionalAction
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from encoder import EncoderError
from encoder.encoder import TAUGHT
from reading import heads


class Command(BaseCommand):
    help = (
        "Teach the encoder and the reader what guests ask, from the rows in training/data, and fit "
        "the heads on it (docs/encoder.md). Needs the extra `train`; two hours on two cores. If "
        "stopped, the encoder goes on after its last whole epoch."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--epochs", type=int, default=3)
        parser.add_argument(
            "--teach", action=BooleanOptionalAction, default=True, help="or only fit and measure"
        )
        parser.add_argument("--kept", type=Path, default=Path(settings.VAR_DIR) / "encoder.pt")

    def handle(self, *, epochs: int, teach: bool, kept: Path, **options: object) -> None:
        try:
            from training.encoder.course import fit_and_measure, teach_and_export
        except ImportError as error:
            raise CommandError(f"{error.name} is missing: pip install -e .[train]") from error
        try:
            if teach:
                kept.parent.mkdir(parents=True, exist_ok=True)
                teach_and_export(epochs, kept, TAUGHT, self.say)
            fit_and_measure(TAUGHT, heads.TAUGHT, self.say)
        except EncoderError as error:
            raise CommandError(str(error)) from error

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
