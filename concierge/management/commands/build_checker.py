from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from retrieval.checker.checker import DIRECTORY
from retrieval.embedders.base import EmbedderError


class Command(BaseCommand):
    help = (
        "Train what tells whether a text answers a question, and write its weights. Needs the extra"
        " `train`, no database. The result is committed: run this only to change it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", type=Path, required=True, help="The folder of public data.")
        parser.add_argument("--target", type=Path, default=DIRECTORY, help="The folder to write.")

    def handle(self, *, data: Path, target: Path, **options: object) -> None:
        from retrieval.checker.dataset import Data
        from retrieval.checker.pairs import pairs
        from retrieval.checker.train import Recipe, fit, save
        from retrieval.embedders.minilm import MiniLM

        embedder, recipe = MiniLM(), Recipe()
        try:
            found = pairs(Data(data, embedder))
            self.stdout.write(f"Training on {len(found):,} pairs …")
            weights, intercept = fit(found, embedder, recipe)
            save(weights, intercept, target, embedder, recipe, len(found))
        except (EmbedderError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Wrote {target}.")
