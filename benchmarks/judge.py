"""How often the judge of `manage.py evaluate_model` is wrong: on people's answers, true and bent.

    python benchmarks/judge.py ../shared/data              # the test's properties
    python benchmarks/judge.py ../shared/data --show 20    # and what it says of true answers

The corruptions are those of benchmarks/guard.py. People err, too: of the true answers that it calls
unsupported, most are (--show). `fact` is the fact itself as the answer; `elsewhere` what somebody
said of another property.
"""

import argparse
import random
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from guard import CORRUPTIONS

from llm.base import Question
from llm.training.dataset.cleaning import without_small_talk
from llm.training.dataset.public import PublicData
from llm.training.judge import Judge, common_words
from llm.training.rows import part_of


class Case(NamedTuple):
    question: Question
    fact: str
    said: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder of public data")
    parser.add_argument("--part", default="test", choices=["train", "dev", "test"])
    parser.add_argument("--show", type=int, default=0, help="print so many true answers it blames")
    options = parser.parse_args()
    public = PublicData(options.data)
    chance = random.Random(9)
    found = [case for case in cases(public, chance) if part_of(case[0]) == options.part]
    true = [case for _, case in found]
    bends: dict[str, Callable[[Case], str | None]] = {
        "true": lambda case: case.said,
        "fact": lambda case: case.fact,
        "elsewhere": lambda case: chance.choice(true).said,
    } | {
        name: lambda case, bend=bend: bend(case.said, chance) for name, bend in CORRUPTIONS.items()
    }
    judge = Judge(common_words(public))
    print(f"{'answers':12}{'count':>7}{'unsupported':>13}{'wrong polarity':>16}")
    for name, bend in bends.items():
        print_shares(judge, name, [(case, bent) for case in true if (bent := bend(case))])
    show(judge, chance.sample(true, len(true)), options.show)


def cases(data: PublicData, chance: random.Random) -> Iterable[tuple[str, Case]]:
    """People's answers without small talk, with the fact and two others of the property."""
    for row in data.answers:
        place = data.places[row["property"]]
        gold = place.faqs[row["faq"]]
        others = chance.sample([faq for faq in place.faqs.values() if faq.id != gold.id], 2)
        sources = tuple(faq.source for faq in (gold, *others))
        if said := without_small_talk(row["answer"]):
            question = Question(row["question"], "en", place.name, sources)
            yield place.id, Case(question, gold.text, said)


def print_shares(judge: Judge, name: str, answers: list[tuple[Case, str]]) -> None:
    verdicts = [judge.verdict(said, case.question, case.fact, case.said) for case, said in answers]
    count = max(1, len(verdicts))
    unsupported = sum(each.unsupported for each in verdicts) / count
    polarity = sum(each.wrong_polarity for each in verdicts) / count
    print(f"{name:12}{len(verdicts):7}{unsupported:13.1%}{polarity:16.1%}")


def show(judge: Judge, true: Iterable[Case], most: int) -> None:
    for case in true:
        verdict = judge.verdict(case.said, case.question, case.fact, case.said)
        if verdict.unsupported and (most := most - 1) >= 0:
            print(f"{verdict}\n  {case.question.text}\n  {case.fact}\n  {case.said}")


if __name__ == "__main__":
    main()
