"""Several answers at once on the real model, step by step and without a thread."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from llm.backends.engine import Engine, Limits
from llm.backends.job import Job
from llm.backends.llamacpp import Feed, LlamaCpp
from llm.base import Meter, ModelError, Question
from tests.llm.questions import BREAKFAST, question

LIMITS = Limits(parallel=3, context_tokens=512, answer_tokens=24, cells=1024, batch_tokens=64)
FLOORS = [question("Which floor?", f"The bar is on floor {floor}.") for floor in (3, 5, 8)]
LONG = question("What is on the menu?", "We serve " + ", ".join(["soup", "bread", "fish"] * 60))


class Watched(LlamaCpp):
    """Counts the tokens of each computation, and fails those that hold `poison`."""

    batches: list[int]
    poison: Sequence[int] = ()
    words = "guest words"

    def compute(self, feeds: Sequence[Feed]) -> list[list[int]]:
        tokens = [token for feed in feeds for token in feed.tokens]
        if set(self.poison) & set(tokens):
            raise RuntimeError(self.words)
        self.batches.append(len(tokens))
        return super().compute(feeds)


Start = Callable[..., Engine]


@pytest.fixture(scope="module")
def llama(model_path: Path) -> Iterator[Watched]:
    Watched.batches = []
    llama = Watched(model_path, LIMITS.cells, LIMITS.batch_tokens, 2, LIMITS.parallel + 1)
    yield llama
    llama.close()


@pytest.fixture
def start(llama: Watched) -> Start:
    """An engine with an empty memory and the given limits."""

    def build(**limits: int) -> Engine:
        for sequence in range(LIMITS.parallel + 1):
            llama.forget(sequence, 0)
        engine = Engine(llama, replace(LIMITS, **limits))
        llama.batches, llama.poison = [], ()
        return engine

    return build


def begin(engine: Engine, *asked: Question) -> list[Job]:
    jobs = [Job(each, Meter()) for each in asked]
    for job in jobs:
        engine.begin(job)
    return jobs


def run(engine: Engine) -> None:
    while engine.busy:
        engine.step()


async def read(job: Job) -> str:
    pieces = []
    while (piece := await job.piece()) is not None:
        pieces.append(piece)
    return "".join(pieces)


async def test_answers_written_together_keep_to_their_own_questions(start: Start) -> None:
    engine = start()
    jobs = begin(engine, *FLOORS)
    run(engine)
    for job, asked in zip(jobs, FLOORS, strict=True):
        others = {"3", "5", "8"} - set(asked.sources[0].text)
        assert not others & set(await read(job))


async def test_a_lone_answer_is_always_the_same(start: Start) -> None:
    answers = []
    for _ in range(2):
        engine = start()
        (job,) = begin(engine, BREAKFAST)
        run(engine)
        answers.append(await read(job))
    assert answers[0] == answers[1]


async def test_an_answer_keeps_flowing_while_a_long_prompt_is_read(start: Start) -> None:
    engine = start()
    (writing,) = begin(engine, BREAKFAST)
    while not writing.meter.completion_tokens:
        engine.step()
    (reading,) = begin(engine, LONG)
    assert reading.meter.prompt_tokens > 2 * LIMITS.batch_tokens
    engine.step()
    engine.step()
    assert writing.meter.completion_tokens == 3
    assert reading.meter.completion_tokens == 0


async def test_no_computation_is_longer_than_a_batch(start: Start, llama: Watched) -> None:
    engine = start()
    begin(engine, LONG, LONG, BREAKFAST)
    run(engine)
    assert max(llama.batches) == LIMITS.batch_tokens


async def test_who_asked_first_reads_first(start: Start) -> None:
    engine = start()
    first, second = begin(engine, LONG, LONG)
    while not second.meter.completion_tokens:
        engine.step()
    assert first.meter.completion_tokens > 0


async def test_an_answer_of_nobody_is_dropped_at_the_next_step(start: Start) -> None:
    engine = start()
    gone, other = begin(engine, LONG, BREAKFAST)
    engine.step()
    gone.cancelled = True
    run(engine)
    assert gone.meter.completion_tokens == 0
    assert not gone.ended
    assert other.meter.finish is not None


async def test_answers_that_do_not_fit_the_memory_together_follow_one_another(
    start: Start,
) -> None:
    engine = start(cells=512)
    first, second = begin(engine, LONG, LONG)
    while not first.ended:
        engine.step()
        assert second.meter.completion_tokens == 0
    run(engine)
    assert second.meter.finish is not None


async def test_a_question_about_the_same_notes_is_read_from_where_it_differs(
    start: Start, llama: Watched
) -> None:
    engine = start()
    (first,) = begin(engine, LONG)
    run(engine)
    llama.batches = []
    (second,) = begin(engine, replace(LONG, text="Is there fish?"))
    engine.step()
    assert first.meter.prompt_tokens > LIMITS.batch_tokens
    assert llama.batches[0] < 20
    assert second.meter.prompt_tokens > LIMITS.batch_tokens


async def test_a_failure_concerns_only_the_answer_that_caused_it(
    start: Start, llama: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    engine = start()
    llama.poison = llama.tokenize(" zebra", markup=False)
    good, bad = begin(engine, BREAKFAST, question("Is a zebra here?", "The zoo is near."))
    run(engine)
    assert await read(good)
    with pytest.raises(ModelError, match="failed: RuntimeError") as caught:
        await read(bad)
    assert not caught.value.permanent
    assert Watched.words not in f"{caught.value} {caplog.text}"


async def test_a_prompt_too_long_is_cut_between_notes_and_says_so(start: Start) -> None:
    note = LONG.sources[0].text
    (cut,) = begin(start(), question("What is on the menu?", note, note))
    assert (cut.meter.sources_used, cut.meter.cut) == (1, True)
    (whole,) = begin(start(), question("What is on the menu?", note))
    assert (whole.meter.sources_used, whole.meter.cut) == (1, False)


async def test_a_prompt_that_never_fits_is_refused_for_good(start: Start) -> None:
    engine = start()
    with pytest.raises(ModelError, match="do not fit") as caught:
        begin(engine, question("Why? " * 600, "Because."))
    assert caught.value.permanent
    assert not engine.busy


async def test_an_answer_ends_at_its_limit(start: Start) -> None:
    engine = start(answer_tokens=2)
    (job,) = begin(engine, BREAKFAST)
    run(engine)
    assert (job.meter.finish, job.meter.completion_tokens) == ("length", 2)
