"""How often the guard replaces what people truly answered, and how often it catches what is wrong.

    python benchmarks/guard.py ../shared/data

Runs DSTC9's answers by people, less the small talk at their end, through `SentenceGuard` with the
FAQ that grounds each, as they are and corrupted in one place. Prints shares and microseconds.
"""

import argparse
import asyncio
import json
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from llm.base import Meter, Question, Source, Stream
from llm.guard import SentenceGuard
from llm.guard.splitting import sentences

SMALL_TALK = re.compile(
    r"\?$|^(?:thank|please let me know|let me know|feel free|have a|enjoy|i hope|hope|okay|great)",
    re.IGNORECASE,
)
NAMES = ("Riverside", "Belmont", "Kensington", "Ashby", "Claremont")
PRICE = re.compile(r"(?:GBP|EUR|USD|[£$€]|pounds?|dollars?|euros?)", re.IGNORECASE)
TIME = re.compile(r"\b(\d{1,2})(?=(?::\d\d)?\s?[ap]\.?m|:\d\d)", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\d:])\d{1,4}(?![\d:]|\s?[ap]\.?m)", re.IGNORECASE)
NAME = re.compile(r"(?<=[a-z] )[A-Z][a-z]{3,}\b")
SUBJECT = re.compile(
    r"^(?!Yes|Breakfast|Parking|Smoking|Check)[A-Z][a-z]{3,}(?= (?:has|does|offers|accepts|serves))"
)
Corruption = Callable[[str, random.Random], str | None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder that holds dstc9/")
    parser.add_argument("--show", type=int, default=0, help="print so many replaced sentences")
    options = parser.parse_args()
    cases = list(grounded(options.data / "dstc9"))
    truth(cases, options.show)
    chance = random.Random(9)
    print(f"{'corruption':12}{'answers':>9}{'caught':>9}")
    for name, corrupt in CORRUPTIONS.items():
        spoilt = [(asked, bent) for asked, said in cases if (bent := corrupt(said, chance))]
        caught = [follow(asked, bent)[1].replaced > 0 for asked, bent in spoilt]
        missed = [case for case, seen in zip(spoilt, caught, strict=True) if not seen]
        print(f"{name:12}{len(spoilt):9}{sum(caught) / max(1, len(caught)):9.1%}")
        for asked, bent in missed[: options.show]:
            print(f"    missed: {bent!r} of {asked.sources[0].text!r}")


def grounded(folder: Path) -> Iterator[tuple[Question, str]]:
    properties = {row["id"]: row for row in rows(folder / "properties.jsonl")}
    for row in rows(folder / "grounded_answers.jsonl"):
        home = properties[row["property"]]
        title = next((f["question"] for f in home["faqs"] if f["id"] == row["faq"]), "")
        source = Source("faq", row["faq"], title, row["fact"], 1.0, "en")
        said = without_small_talk(row["answer"])
        if said:
            yield Question(row["question"], "en", home["name"], (source,)), said


def without_small_talk(answer: str) -> str:
    said = sentences(answer)
    while said and SMALL_TALK.search(said[-1]):
        said.pop()
    return " ".join(said)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def follow(asked: Question, said: str) -> tuple[str, SentenceGuard]:
    async def model() -> AsyncGenerator[str, None]:
        yield said

    async def read() -> str:
        return "".join(
            [piece async for piece in guard.follow(Stream(model(), Meter(finish="stop")))]
        )

    guard = SentenceGuard(asked)
    return LOOP.run_until_complete(read()), guard


def truth(cases: list[tuple[Question, str]], show: int) -> None:
    reasons: Counter[str] = Counter()
    checked = 0
    taken = []
    for asked, said in cases:
        started = time.process_time()
        _, guard = follow(asked, said)
        taken.append((time.process_time() - started) * 1e6)
        checked += guard.checked
        reasons.update(guard.failures)
        if guard.failures and show and len(taken) % 7 == 0:
            print(f"{guard.failures} {asked.sources[0].text!r} <- {said!r}  ({asked.text})")
    replaced = reasons.total()
    print(f"{len(cases)} answers by people, {checked} sentences, {replaced / checked:.1%} replaced")
    for reason, count in reasons.most_common():
        print(f"  {reason:12}{count / checked:7.2%}")
    p50, p99 = statistics.median(taken), statistics.quantiles(taken, n=100)[98]
    print(f"processor microseconds an answer: p50 {p50:.0f}, p99 {p99:.0f}")


def other_number(said: str, chance: random.Random) -> str | None:
    return changed(NUMBER, said, lambda old: str(int(old) + chance.randint(1, 9)))


def other_time(said: str, chance: random.Random) -> str | None:
    return changed(TIME, said, lambda old: str(int(old) % 12 + 1))


def other_currency(said: str, chance: random.Random) -> str | None:
    if not re.search(r"\d", said):
        return None
    return changed(PRICE, said, lambda old: " CHF ")


def other_name(said: str, chance: random.Random) -> str | None:
    return changed(NAME, said, lambda old: chance.choice(NAMES))


def other_subject(said: str, chance: random.Random) -> str | None:
    return changed(SUBJECT, said, lambda old: chance.choice(NAMES))


FLIPS = (
    (r"\b(does|do|is|are|can|will|did)(?: not|n't)\b", r"\1"),
    (r"\bcannot\b|\bcan't\b", "can"),
    (r"\b(there is|there are|has|have|is|are) no\b", r"\1"),
    (r"\b(is|are|can|does|will) (?!not\b|no\b)", r"\1 not "),
    (r"\b(offers|has|provides|accepts|allows|serves)\b", r"does not \1"),
)


def flipped(said: str, chance: random.Random) -> str | None:
    """The first sentence with its negation taken out, or one put in."""
    first = sentences(said)[0]
    for pattern, replacement in FLIPS:
        bent = re.sub(pattern, replacement, first, count=1, flags=re.IGNORECASE)
        if bent != first:
            swapped = re.sub(r"^(yes|no)\b", _other_word, bent, flags=re.IGNORECASE)
            return said.replace(first, swapped)
    return None


def _other_word(match: re.Match[str]) -> str:
    return "No" if match[0].lower() == "yes" else "Yes"


def changed(pattern: re.Pattern[str], said: str, change: Callable[[str], str]) -> str | None:
    bent = pattern.sub(lambda match: change(match[0]), said, count=1)
    return bent if bent != said else None


CORRUPTIONS: dict[str, Corruption] = {
    "number": other_number,
    "time": other_time,
    "currency": other_currency,
    "name": other_name,
    "first name": other_subject,
    "negation": flipped,
}
LOOP = asyncio.new_event_loop()

if __name__ == "__main__":
    main()
