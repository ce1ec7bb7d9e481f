"""Words that an answer may have of its own, because they say nothing by themselves."""

from collections import Counter

from llm.guard.words import stems
from llm.training.dataset.cleaning import without_small_talk
from llm.training.dataset.public import PublicData
from llm.training.rows import part_of

PEOPLE = 2
"""So many answers by people to use a stem that they did not read make it common."""


def common_words(data: PublicData) -> frozenset[str]:
    """The stems that people use on their own, at the properties that models are trained on."""
    own = Counter[str]()
    for row in data.answers:
        if part_of(row["property"]) == "train":
            read = f"{row['question']} {row['fact']} {data.places[row['property']].name}"
            own.update(stems(without_small_talk(row["answer"])) - stems(read))
    return frozenset(stem for stem, count in own.items() if count >= PEOPLE)
