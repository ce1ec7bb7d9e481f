import argparse
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from concierge.importing import BadLine, import_row, parse_line
from concierge.management.progress import embed_with_progress
from properties.models import Property
from retrieval.upsert import Tally


class Command(BaseCommand):
    help = "Import properties with their FAQs, menus and recommendations, a JSON line each."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = "The format is described in docs/import.md."

    def handle(self, *, file: Path, **options: object) -> None:
        lines = read_lines(file)
        tally, bad = Tally(), 0
        imported: set[str] = set()
        for number, line in tqdm(lines, desc="Importing", unit=" properties"):
            try:
                row = parse_line(line)
                tally += import_row(row, f"{file.name}, line {number}")
                imported.add(row.id)
            except BadLine as error:
                bad += 1
                tqdm.write(f"{file}:{number}: {error}", file=sys.stderr)
        embed_with_progress(Property.objects.filter(slug__in=imported).values_list("pk", flat=True))
        self.stdout.write(f"{len(lines) - bad} properties: {tally}.")
        if bad:
            raise CommandError(f"{bad} of {len(lines)} lines were not imported.")


def read_lines(file: Path) -> list[tuple[int, str]]:
    """The file's lines that are not blank, with their numbers. Raises CommandError."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise CommandError(f"{file}: not UTF-8 at byte {error.start}.") from None
    return [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
