"""The thread that owns a model, with writers that fail in every way."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from llm.backends.owner import Job, Owner
from llm.base import Meter, ModelError, Question
from tests.llm.questions import question

QUEUE_SIZE = 2


class Counter:
    """Counts from 1 until its question's text is reached, each step when `step` allows it."""

    def __init__(self) -> None:
        self.step = threading.Semaphore(0)
        self.closed = False

    def answer(self, question: Question, meter: Meter) -> Iterator[str]:
        for number in range(1, int(question.text) + 1):
            self.step.acquire()
            meter.completion_tokens = number
            yield str(number)

    def close(self) -> None:
        self.closed = True


class Failing(Counter):
    """Raises `error` one step after its first piece, the first time it is asked."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.errors = [error]

    def answer(self, question: Question, meter: Meter) -> Iterator[str]:
        yield "1"
        self.step.acquire()
        if self.errors:
            raise self.errors.pop()


def count_to(number: int) -> Job:
    return Job(question(str(number)), Meter())


async def read(job: Job) -> list[str]:
    pieces = []
    while (piece := await job.piece()) is not None:
        pieces.append(piece)
    return pieces


@pytest.fixture
def own() -> Iterator[Callable[[Counter], Owner]]:
    """An owner of the given writer, closed at the end with the writer free to run on."""
    owners: list[tuple[Owner, Counter]] = []

    def build(writer: Counter) -> Owner:
        owners.append((Owner("counter", lambda: writer, QUEUE_SIZE), writer))
        return owners[-1][0]

    yield build
    for owner, writer in owners:
        writer.step.release(1000)
        owner.close()


Own = Callable[[Counter], Owner]


def _wait_until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.001)


async def test_answers_come_in_the_order_of_the_questions(own: Own) -> None:
    writer = Counter()
    owner = own(writer)
    first, second = count_to(3), count_to(2)
    owner.submit(first)
    owner.submit(second)
    writer.step.release(5)
    assert await read(second) == ["1", "2"]
    assert await asyncio.wait_for(read(first), 0.1) == ["1", "2", "3"]
    assert second.meter.queue_ms >= first.meter.queue_ms


async def test_event_loops_do_not_get_each_others_pieces(own: Own) -> None:
    writer = Counter()
    writer.step.release(1000)
    owner = own(writer)
    answers: dict[int, list[str]] = {}

    def ask(number: int) -> None:
        async def answer() -> None:
            job = count_to(number)
            owner.submit(job)
            answers[number] = await read(job)

        asyncio.run(answer())

    threads = [threading.Thread(target=ask, args=(number,)) for number in (4, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join)
    assert answers == {n: [str(each) for each in range(1, n + 1)] for n in (4, 7)}


async def test_a_full_queue_says_so_at_once(own: Own) -> None:
    writer = Counter()
    owner = own(writer)
    running = count_to(1000)
    owner.submit(running)
    writer.step.release()
    await running.piece()
    for _ in range(QUEUE_SIZE):
        owner.submit(count_to(1))
    with pytest.raises(ModelError, match="busy: 2 questions are waiting") as caught:
        owner.submit(count_to(1))
    assert not caught.value.permanent


async def test_a_withdrawn_question_makes_room_and_is_never_answered(own: Own) -> None:
    writer = Counter()
    owner = own(writer)
    running = count_to(2)
    owner.submit(running)
    writer.step.release()
    await running.piece()
    waiting = [count_to(1) for _ in range(QUEUE_SIZE)]
    for job in waiting:
        owner.submit(job)
    owner.withdraw(waiting[0])
    last = count_to(1)
    owner.submit(last)
    writer.step.release(10)
    assert await read(last) == ["1"]
    assert waiting[0].meter.completion_tokens == 0


async def test_a_withdrawn_answer_ends_at_the_next_piece(own: Own) -> None:
    writer = Counter()
    owner = own(writer)
    running, following = count_to(1000), count_to(1)
    owner.submit(running)
    owner.submit(following)
    writer.step.release()
    await running.piece()
    owner.withdraw(running)
    writer.step.release(2)
    assert await read(following) == ["1"]
    assert running.meter.completion_tokens == 2


async def test_a_failed_answer_leaves_the_thread_at_work(own: Own) -> None:
    writer = Failing(RuntimeError())
    owner = own(writer)
    failing, following = count_to(1), count_to(1)
    owner.submit(failing)
    owner.submit(following)
    writer.step.release(2)
    with pytest.raises(ModelError, match="failed: RuntimeError") as caught:
        await read(failing)
    assert not caught.value.permanent
    assert await read(following) == ["1"]


@pytest.mark.parametrize("kind", [ValueError, SystemExit])
async def test_an_errors_own_words_are_told_to_nobody(
    own: Own, caplog: pytest.LogCaptureFixture, kind: type[BaseException]
) -> None:
    writer = Failing(kind("guest words"))
    owner = own(writer)
    job = count_to(1)
    owner.submit(job)
    writer.step.release()
    with pytest.raises(ModelError, match=kind.__name__) as caught:
        await asyncio.wait_for(read(job), 5)
    await asyncio.to_thread(owner.close)
    assert "guest words" not in f"{caught.value} {caplog.text}"
    assert kind.__name__ in caplog.text


async def test_when_the_thread_dies_every_question_gets_an_error(own: Own) -> None:
    writer = Failing(SystemExit())
    owner = own(writer)
    answered, waiting = count_to(1), count_to(1)
    owner.submit(answered)
    owner.submit(waiting)
    writer.step.release()
    for job in (answered, waiting):
        with pytest.raises(ModelError, match="died"):
            await asyncio.wait_for(read(job), 5)
    assert writer.closed


async def test_after_the_thread_died_the_next_question_starts_another(own: Own) -> None:
    writer = Failing(SystemExit())
    writer.step.release(2)
    owner = own(writer)
    dying = count_to(1)
    owner.submit(dying)
    with pytest.raises(ModelError, match="died"):
        await read(dying)
    await asyncio.to_thread(_wait_until, lambda: owner._thread is None)
    following = count_to(1)
    owner.submit(following)
    assert await read(following) == ["1"]


async def test_a_model_that_cannot_be_loaded_is_an_error_each_time() -> None:
    def load() -> Counter:
        raise ModelError("no such file", permanent=True)

    owner = Owner("counter", load, QUEUE_SIZE)
    for _ in range(2):
        with pytest.raises(ModelError, match="no such file"):
            owner.start().result()
        job = count_to(1)
        owner.submit(job)
        with pytest.raises(ModelError, match="no such file"):
            await read(job)


async def test_closing_fails_what_is_in_hand_and_frees_the_model() -> None:
    writer = Counter()
    owner = Owner("counter", lambda: writer, QUEUE_SIZE)
    running, waiting = count_to(1000), count_to(1)
    owner.submit(running)
    owner.submit(waiting)
    writer.step.release()
    await running.piece()
    closing = asyncio.create_task(asyncio.to_thread(owner.close))
    await asyncio.to_thread(_wait_until, lambda: owner._closing)
    writer.step.release()
    await closing
    for job in (running, waiting):
        with pytest.raises(ModelError, match="closed"):
            await read(job)
    assert writer.closed


async def test_a_closed_event_loop_does_not_harm_the_thread(own: Own) -> None:
    writer = Counter()
    owner = own(writer)

    async def ask_and_leave() -> None:
        owner.submit(count_to(1000))

    await asyncio.to_thread(asyncio.run, ask_and_leave())
    writer.step.release(1)
    following = count_to(1)
    owner.submit(following)
    writer.step.release(2)
    assert await read(following) == ["1"]
