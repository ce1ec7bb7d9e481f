import argparse
import asyncio
import json as jsons
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from concierge.answering.answer import Asked
from concierge.answering.finding import retrieve
from concierge.answering.understanding import understand
from concierge.answering.values import values_of
from concierge.evaluation import recall, report
from concierge.evaluation.asking import reactions
from concierge.evaluation.desk import HOUSES, QUESTIONS, BadFolder, Desk, parse_desk
from concierge.evaluation.houses import Houses, take_in
from concierge.evaluation.judging import verdict
from concierge.evaluation.page import page
from concierge.management.commands.import_content import read_lines
from properties.models import Property
from training.desk import ASIDE

OF_A_FILE, OF_A_FOLDER = ("without_history",), ("houses", "aside", "limit", "page", "texts")


class Command(BaseCommand):
    help = (
        "Ask every question of a desk's folder (properties.jsonl, questions.jsonl) and judge what "
        "the product does; or every question of a file, and report whether the right FAQ is found, "
        "and how fast. Both formats are described in docs/retrieval.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="FOLDER|FILE.jsonl")
        parser.add_argument("--json", type=Path, metavar="OUT", help="Write all of it there too.")
        some = parser.add_mutually_exclusive_group()
        some.add_argument("--houses", type=_names, metavar="A,B,C", help="Of a folder, only these.")
        some.add_argument(
            "--aside", action="store_true", help="Of a folder, the houses that are only measured."
        )
        parser.add_argument(
            "--limit", type=_count, metavar="N", help="Of a folder, so many by chance."
        )
        parser.add_argument("--page", type=Path, metavar="OUT.html", help="Of a folder, as a page.")
        parser.add_argument(
            "--texts", action="store_true", help="Of a folder, guests' words into --json, too."
        )
        parser.add_argument(
            "--without-history",
            action="store_true",
            help="Of a file, ask as if nothing was said before.",
        )

    def handle(self, *, path: Path, json: Path | None, **options: Any) -> None:
        is_folder = path.is_dir()
        _refuse(options, *(("a file", OF_A_FILE) if is_folder else ("a folder", OF_A_FOLDER)))
        if options["texts"] and not json:
            raise CommandError("--texts puts guests' words into --json.")
        for out in filter(None, (json, options["page"])):
            _refuse_unwritable(out)
        if is_folder:
            self._judge(
                path,
                json,
                Choice(options["houses"], options["aside"], options["limit"]),
                options["page"],
                options["texts"],
            )
        else:
            self._find(path, json, options["without_history"])

    def _judge(
        self, folder: Path, json: Path | None, choice: "Choice", html: Path | None, texts: bool
    ) -> None:
        try:
            desk = choice.of(_read(folder))
            houses = take_in(desk.houses)
        except BadFolder as error:
            raise CommandError(f"{folder}: nothing was asked.\n{error}") from None
        self._say_whence(houses)
        judged = report.Report(asyncio.run(_outcomes(desk, houses)))
        self.stdout.write(judged.as_text())
        if json is not None:
            write_json(json, judged.as_json(texts))
        if html is not None:
            sure = (values_of(each).sure for each in houses.properties.values())
            _write(html, page(judged, sure))

    def _say_whence(self, houses: Houses) -> None:
        if houses.imported:
            self.stdout.write(f"imported: {', '.join(houses.imported)}")
        if houses.found:
            self.stdout.write(f"there already, asked as they stand: {', '.join(houses.found)}")

    def _find(self, file: Path, json: Path | None, without_history: bool) -> None:
        found = recall.Report()
        properties = {each.slug: each for each in Property.objects.all()}
        for number, line in tqdm(read_lines(file), desc="Asking", unit=" questions"):
            try:
                case = recall.parse_case(line, properties)
            except ValueError as error:
                found.bad_lines.append(f"{file}:{number}: {error}")
            else:
                found.outcomes.append(ask(replace(case, history=()) if without_history else case))
        self.stdout.write(found.as_text())
        if json is not None:
            write_json(json, found.as_json())
        if found.bad_lines:
            raise CommandError(
                "\n".join([*found.bad_lines, f"{len(found.bad_lines)} lines were not asked."])
            )


@dataclass(frozen=True)
class Choice:
    """Which questions of a folder are asked: of all houses where neither is said."""

    houses: Collection[str] | None
    aside: bool
    limit: int | None

    def of(self, desk: Desk) -> Desk:
        """Raises BadFolder."""
        houses = ASIDE & desk.houses.keys() if self.aside else self.houses
        return desk.of(desk.houses if houses is None else houses, self.limit)


def ask(case: recall.Case) -> recall.Outcome:
    asked = Asked(case.property, case.question, history=case.history)
    result = retrieve(asked, async_to_sync(understand)(asked))
    found = [hit.external_id for hit in result.hits if hit.kind == "faq"]
    trace = {"timings_ms": result.timings_ms}
    return recall.Outcome(case, found, bool(result.grounds), trace)


async def _outcomes(desk: Desk, houses: Houses) -> list[report.Outcome]:
    outcomes = []
    with tqdm(desc="Asking", unit=" questions", total=len(desk.questions)) as bar:
        reacted = reactions(desk.questions, houses.properties)
        async for question, reaction in reacted:
            language = houses.properties[question.house].language
            found = verdict(question, reaction, language)
            is_foreign = question.language != language
            outcomes.append(report.Outcome(question, reaction, found, is_foreign))
            bar.update()
    return outcomes


def _read(folder: Path) -> Desk:
    return parse_desk(read_lines(folder / HOUSES), read_lines(folder / QUESTIONS))


def _refuse(options: dict[str, Any], of: str, names: Collection[str]) -> None:
    for name in names:
        if options[name]:
            raise CommandError(f"--{name.replace('_', '-')} is for {of} of questions.")


def _refuse_unwritable(out: Path) -> None:
    """Before an hour of questions, not after it."""
    if out.is_dir() or not out.parent.is_dir():
        raise CommandError(f"{out}: no file can be written there.")


def _names(said: str) -> list[str]:
    return [name.strip() for name in said.split(",") if name.strip()]


def _count(said: str) -> int:
    if not said.isdecimal() or not int(said):
        raise argparse.ArgumentTypeError(f"{said!r} is no number of questions")
    return int(said)


def write_json(path: Path, content: dict[str, Any]) -> None:
    _write(path, jsons.dumps(content, ensure_ascii=False, indent=2))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from None
