"""Models are compared by their answers to the same questions."""

from collections.abc import AsyncGenerator, Sequence

import pytest

from llm.base import Backend, Meter, ModelError, Question, Source
from llm.local_prompt import UNKNOWN
from llm.training.evaluate import WAYS, Examined, Examiner, Grounds, Outcome, Way
from llm.training.judge import Judge
from llm.training.report import as_json, as_markdown, scores, summary
from llm.training.rouge import rouge_l
from llm.training.rows import Row
from llm.training.sample import name_of, some_of_each

PARKING = Source("faq", "1", "Is there parking?", "Parking costs 15 EUR.", 1.0, "en")
DOGS = Source("faq", "2", "Are dogs allowed?", "Dogs are not allowed.", 1.0, "en")


def row(text: str, answer: str, gold: int | None, kind: str = "people") -> Row:
    return Row("inn", kind, Question(text, "en", "The Inn", (PARKING, DOGS)), answer, gold)


ROWS = (
    row("Is there parking?", "Yes, for 15 EUR. Anything else?", 0),
    row("Are dogs allowed?", "No, dogs are not allowed.", 1),
    row("Is there a pool?", UNKNOWN, None, "unanswerable"),
)


class Parrot(Backend):
    """Says the same to every question, or fails."""

    def __init__(self, said: str) -> None:
        super().__init__("parrot")
        self.said = said
        self.asked: list[Question] = []

    @property
    def model_id(self) -> str:
        return "parrot"

    async def _pieces(self, question: Question, meter: Meter) -> AsyncGenerator[str, None]:
        self.asked.append(question)
        if not self.said:
            raise ModelError("It is mute", permanent=True)
        for word in self.said.split(" "):
            meter.completion_tokens += 1
            yield f"{word} "
        meter.finish = "stop"

    def warm_up(self) -> None:
        """There is nothing to load."""

    def close(self) -> None:
        """There is nothing to free."""


def named_in(question: Question) -> Grounds:
    return Grounds(tuple(each for each in question.sources if each.title == question.text))


async def examined(backend: Backend, way: Way) -> Examined:
    examiner = Examiner(backend, Judge(frozenset()), named_in, lambda text: "en")
    return await examiner.examine("parrot", ROWS, way)


async def outcomes(backend: Backend, way: Way) -> Sequence[Outcome]:
    return (await examined(backend, way)).outcomes


async def test_alone_a_model_sees_all_notes_and_its_own_words_are_judged() -> None:
    parrot = Parrot("Parking is free.")
    parking, _, pool = await outcomes(parrot, "alone")

    assert all(len(question.sources) == 2 for question in parrot.asked)
    assert parking.answer == "Parking is free."
    assert parking.verdict.wrong_polarity
    assert not pool.refused


async def test_as_served_only_grounds_are_shown_and_the_guard_speaks_last() -> None:
    parrot = Parrot("Parking is free.")
    parking, _, pool = await outcomes(parrot, "served")

    assert [question.sources for question in parrot.asked] == [(PARKING,), (DOGS,)]
    assert parking.answer == "Parking costs 15 EUR."
    assert not parking.verdict.unsupported
    assert pool.refused
    assert pool.completion is None


async def test_who_says_that_it_does_not_know_refuses() -> None:
    found = summary(await outcomes(Parrot(UNKNOWN), "alone"))

    assert found.refusals == 1
    assert found.false_refusals == 1
    assert found.unsupported is None


async def test_small_talk_of_people_does_not_count_against_a_model() -> None:
    parking, *_ = await outcomes(Parrot("Yes, for 15 EUR."), "alone")

    assert parking.rouge < parking.rouge_short == 1


async def test_a_model_that_fails_is_not_scored() -> None:
    with pytest.raises(ModelError, match="mute"):
        await examined(Parrot(""), "alone")


async def test_the_table_and_the_scores_are_of_the_same_answers() -> None:
    runs = [await examined(Parrot("Parking is free."), way) for way in WAYS]
    found = scores(runs, "parrot", "three rows")

    assert (found.unsupported, found.refusals, found.false_refusals) == (0, 1, 0)
    table = as_markdown(runs)
    assert "| parrot | served | 0.0% |" in table
    assert "| parrot | alone | unanswerable | 1 |" in table
    assert as_json(runs[0])["rows"][0]["answer"] == "Parking is free."


def test_rouge_counts_the_longest_common_subsequence() -> None:
    assert rouge_l("The dog sleeps.", "the dog sleeps") == 1
    assert rouge_l("dogs are never allowed here", "dogs are allowed") == pytest.approx(0.75)
    assert rouge_l("dogs", "") == 0


def test_the_sample_is_the_same_in_any_order_and_has_a_name() -> None:
    rows = [row(f"Question {number}?", "Yes.", 0) for number in range(9)]
    chosen = some_of_each(rows, 4)

    assert len(chosen) == 4
    assert chosen == some_of_each(rows[::-1], 4)
    assert name_of(chosen) == name_of(some_of_each(rows[::-1], 4))
    assert name_of(chosen) != name_of(rows)
