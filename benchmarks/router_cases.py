"""Questions with what retrieval and the local model make of them, as JSON lines on standard output.

    nice python benchmarks/router_cases.py ../shared/data > var/router.jsonl

What guests asked in DSTC11; questions written as guests would, where FAQs of DSTC9 answer; and two
of the latter in one turn. Strong answers are people's (DSTC9, DSTC11): no API is asked. It takes
some minutes: every question is searched and answered, guarded, by the local model.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import re
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tqdm import tqdm

from concierge.stack import throwaway
from retrieval.embedders.formula import without_name

if TYPE_CHECKING:
    from llm.base import Backend
    from retrieval.search import Result

ROOT = Path(__file__).resolve().parent.parent
TOPICS = ROOT / "llm" / "training" / "dataset" / "guest_questions.jsonl"
QUESTIONS = ROOT / "benchmarks" / "router_questions.tsv"
SMALL_TALK = re.compile(r"(?<=[.!])\s+[^.!?]*\?$")
INSTRUCTION_TOKENS = 110
API_SOURCES = 3
CHARACTERS_A_TOKEN = 4

Row = dict[str, Any]


class Asked(NamedTuple):
    """`right` holds, for each thing asked, the ids of the FAQs that answer it."""

    kind: str
    property: str
    question: str
    right: list[list[str]]
    person: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--written", type=int, default=640)
    parser.add_argument("--pairs", type=int, default=240)
    options = parser.parse_args()
    rows = read(options.data / "dstc9" / "properties.jsonl")
    properties = {row["id"]: row for row in rows}
    asked = list(guests_turns(read(options.data / "dstc11" / "turns.jsonl")))
    answers = read(options.data / "dstc9" / "grounded_answers.jsonl")
    singles = written(topics(), properties, answers)[: options.written]
    asked += singles + list(pairs(singles))[: options.pairs]
    with throwaway() as stack:
        os.environ.update(stack.environment)
        os.environ.update(LLM_BACKEND="local")
        prepare(options.data / "dstc9" / "properties.jsonl")
        asyncio.run(write(asked, properties))


def read(file: Path) -> list[Row]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def guests_turns(turns: list[Row]) -> Iterator[Asked]:
    """DSTC11's turns that ask for an FAQ, at each property that they name."""
    for turn in turns:
        right: dict[str, list[str]] = defaultdict(list)
        for piece in turn["knowledge"]:
            if piece["type"] == "faq":
                right[piece["property"]].append(str(piece["doc"]))
        for property_, faqs in right.items():
            yield Asked("guest", property_, turn["question"], [faqs], _bare(turn["answer"]))


def topics() -> Iterator[tuple[Row, list[str]]]:
    """What an FAQ of a topic is called, and questions that nothing was trained on."""
    questions: dict[str, list[str]] = defaultdict(list)
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        topic, question = line.split("\t")
        questions[topic].append(question)
    for row in read(TOPICS):
        yield row, questions[row["topic"]]


def written(
    topics: Iterable[tuple[Row, list[str]]], properties: dict[str, Row], answers: list[Row]
) -> list[Asked]:
    """What guests ask of a topic, where FAQs of that topic answer and a person did."""
    draw = random.Random(3)
    persons = {(each["property"], str(each["faq"])): each["answer"] for each in answers}
    found = []
    for (topic, asks), (slug, row) in itertools.product(topics, properties.items()):
        right = [
            str(faq["id"])
            for faq in row["faqs"]
            if _is_about(topic, without_name(faq["question"], row["name"]))
        ]
        person = next((persons[slug, faq] for faq in right if (slug, faq) in persons), None)
        # Held-out questions share no wording with those that are learnt from.
        asks_here = asks[is_held_out(slug) :: 2]
        if person and asks_here:
            found.append(Asked("written", slug, draw.choice(asks_here), [right], _bare(person)))
    draw.shuffle(found)
    return found


def _is_about(topic: Row, title: str) -> bool:
    unless = topic.get("unless")
    return bool(re.search(topic["match"], title, re.IGNORECASE)) and not (
        unless and re.search(unless, title, re.IGNORECASE)
    )


def pairs(singles: list[Asked]) -> Iterator[Asked]:
    """Two questions of one property in one turn, joined as guests do."""
    by_property: dict[str, list[Asked]] = defaultdict(list)
    for each in singles:
        by_property[each.property].append(each)
    joined = [pair for each in by_property.values() for pair in itertools.pairwise(each[:12])]
    random.Random(4).shuffle(joined)
    for number, (one, two) in enumerate(joined):
        if one.right == two.right:
            continue
        # Every second time without a mark between them, which the router has to notice by words.
        first, second = one.question.rstrip("?. "), two.question
        joint = " and " + second[:1].lower() if number % 2 else "? " + second[:1].upper()
        question = first + joint + second[1:]
        person = f"{one.person} {two.person}"
        yield Asked("pair", one.property, question, [*one.right, *two.right], person)


def is_held_out(property_: str) -> bool:
    return zlib.crc32(property_.encode()) % 2 == 1


def prepare(properties: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "concierge.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("import_content", properties, stdout=sys.stderr)


async def write(asked: list[Asked], properties: dict[str, Row]) -> None:
    from asgiref.sync import sync_to_async
    from django.conf import settings

    from llm.registry import get_backend
    from properties.models import Property
    from retrieval.search import search

    backend = get_backend(settings.LLM_BACKEND)
    backend.warm_up()
    ids = await sync_to_async(lambda: dict(Property.objects.values_list("slug", "pk")))()
    for each in tqdm(asked, unit=" questions"):
        row = properties[each.property]
        result = await sync_to_async(search)(
            ids[each.property], each.question, property_name=row["name"]
        )
        if not result.hits:
            continue
        said = await answer(backend, each, row["name"], result)
        facts = {str(faq["id"]): faq["answer"] for faq in row["faqs"]}
        case = {
            **each._asdict(),
            "held_out": is_held_out(each.property),
            "answers": [round(hit.answers, 4) for hit in result.hits],
            "found": [hit.external_id for hit in result.hits],
            "facts": [[facts[faq] for faq in faqs] for faqs in each.right],
            "local": said,
            "prompt_tokens": INSTRUCTION_TOKENS + tokens(each.question, *read_by_api(result)),
            "answer_tokens": tokens(each.person),
            "vector": [round(float(value), 4) for value in result.vector],
        }
        print(json.dumps(case, ensure_ascii=False), flush=True)


def read_by_api(result: "Result") -> Iterator[str]:
    for hit in result.hits[:API_SOURCES]:
        yield from (hit.title, hit.body)


def tokens(*texts: str) -> int:
    return sum(map(len, texts)) // CHARACTERS_A_TOKEN


async def answer(backend: "Backend", asked: Asked, name: str, result: "Result") -> str:
    """What the guest reads if the local model answers."""
    from llm.base import Question, Source
    from llm.guard import SentenceGuard

    sources = tuple(
        Source(hit.kind, hit.external_id, hit.title, hit.body, hit.score, "en")
        for hit in result.grounds or result.hits[:1]
    )
    question = Question(asked.question, "en", name, sources)
    async with (
        backend.stream(question) as stream,
        aclosing(SentenceGuard(question).follow(stream)) as words,
    ):
        return "".join([word async for word in words])


def _bare(answer: str) -> str:
    """Without the small talk at its end."""
    return SMALL_TALK.sub("", answer)


if __name__ == "__main__":
    main()
