import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from concierge.answering.answer import Answer, Asked
from concierge.answering.finding import retrieve
from concierge.answering.understanding import understand
from concierge.evaluation import Case, Outcome, Report, parse_case
from concierge.management.commands.import_content import read_lines
from properties.models import Property


class Command(BaseCommand):
    help = (
        "Ask every question of a file and report whether the right FAQ is found, and how fast. "
        'A line: {"property", "question", "faq", "history"?}; `faq` is an external id, a list of '
        "equally right ones, or null where no FAQ answers."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument(
            "--without-history", action="store_true", help="Ask as if nothing was said before."
        )
        parser.add_argument("--json", type=Path, metavar="OUT", help="Write all of it there too.")

    def handle(
        self, *, file: Path, without_history: bool, json: Path | None, **options: object
    ) -> None:
        report = Report()
        properties = {each.slug: each for each in Property.objects.all()}
        for number, line in tqdm(read_lines(file), desc="Asking", unit=" questions"):
            try:
                case = parse_case(line, properties)
            except ValueError as error:
                report.bad_lines.append(f"{file}:{number}: {error}")
            else:
                case = replace(case, history=()) if without_history else case
                report.outcomes.append(ask(case))
        self.stdout.write(report.as_text())
        if json is not None:
            write_json(json, report.as_json())
        if report.bad_lines:
            raise CommandError(
                "\n".join([*report.bad_lines, f"{len(report.bad_lines)} lines were not asked."])
            )


def ask(case: Case) -> Outcome:
    answer = Answer()
    asked = Asked(case.property, case.question, history=case.history)
    result = retrieve(asked, answer, async_to_sync(understand)(asked, answer))
    found = [hit.external_id for hit in result.hits if hit.kind == "faq"]
    return Outcome(case, found, bool(result.grounds), answer.trace)


def write_json(path: Path, content: dict[str, Any]) -> None:
    try:
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from None
