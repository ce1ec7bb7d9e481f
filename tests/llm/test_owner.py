"""The thread that owns an engine, with engines that fail in every way."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from llm.backends.job import Job
from llm.backends.owner import Owner
from llm.base import Meter, ModelError
from tests.llm.questions import question

PARALLEL = 2
QUEUE_SIZE = 2


class Counter:
    """Counts from 1 until its questions' texts are reached, each step when `permits` allow it."""

    def __init__(self) -> None:
        self.permits = threading.Semaphore(0)
        self.jobs: list[Job] = []
        self.closed = False

    def refresh(self) -> None:
        pass

    def begin(self, job: Job) -> None:
        self.jobs.append(job)

    def step(self) -> None:
        self.jobs = [job for job in self.jobs if not job.cancelled and not job.ended]
        # Not for ever: others may only be on their way to the engine.
        if self.jobs and self.permits.acquire(timeout=0.01):
            for job in self.jobs:
                self.count(job)

    def count(self, job: Job) -> None:
        job.meter.completion_tokens += 1
        job.put(str(job.meter.completion_tokens))
        if job.meter.completion_tokens == int(job.question.text):
            job.meter.finish = "stop"
            job.put(None)

    def close(self) -> None:
        self.closed = True


class Failing(Counter):
    """Raises `error` in its second step, once."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.errors = [error]

    def count(self, job: Job) -> None:
        if job.meter.completion_tokens and self.errors:
            raise self.errors.pop()
        super().count(job)


class Refusing(Counter):
    """Cannot begin the question about `refused`."""

    refused = "13"

    def begin(self, job: Job) -> None:
        if job.question.text == self.refused:
            raise ValueError(self.refused)
        super().begin(job)


def count_to(number: int) -> Job:
    return Job(question(str(number)), Meter())


async def read(job: Job) -> list[str]:
    pieces = []
    while (piece := await job.piece()) is not None:
        pieces.append(piece)
    return pieces


def new_owner(load: Callable[[], Counter], max_wait: float = 60.0) -> Owner:
    return Owner("counter", load, parallel=PARALLEL, queue_size=QUEUE_SIZE, max_wait=max_wait)


@pytest.fixture
def own() -> Iterator[Callable[[Counter], Owner]]:
    """An owner of the given engine, closed at the end with the engine free to run on."""
    owners: list[tuple[Owner, Counter]] = []

    def build(engine: Counter) -> Owner:
        owners.append((new_owner(lambda: engine), engine))
        return owners[-1][0]

    yield build
    for owner, engine in owners:
        engine.permits.release(1000)
        owner.close()


Own = Callable[[Counter], Owner]


def _wait_until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.001)


async def test_so_many_are_answered_at_once_and_the_next_in_turn(own: Own) -> None:
    engine = Counter()
    owner = own(engine)
    first, second, third, fourth = (count_to(number) for number in (3, 2, 2, 1))
    for job in (first, second):
        owner.submit(job)
    await asyncio.to_thread(_wait_until, lambda: engine.jobs == [first, second])
    owner.submit(third)
    owner.submit(fourth)
    engine.permits.release(2)
    assert await read(second) == ["1", "2"]
    assert fourth not in engine.jobs
    engine.permits.release(10)
    assert [len(await read(job)) for job in (first, third, fourth)] == [3, 2, 1]
    assert third.meter.queue_ms < fourth.meter.queue_ms


async def test_event_loops_do_not_get_each_others_pieces(own: Own) -> None:
    engine = Counter()
    engine.permits.release(1000)
    owner = own(engine)
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


async def occupy(owner: Owner, engine: Counter) -> list[Job]:
    """Fills all places with answers that go on for long."""
    running = [count_to(1000) for _ in range(PARALLEL)]
    for job in running:
        owner.submit(job)
    await asyncio.to_thread(_wait_until, lambda: engine.jobs == running)
    return running


async def test_a_full_queue_says_so_at_once(own: Own) -> None:
    engine = Counter()
    owner = own(engine)
    await occupy(owner, engine)
    for _ in range(QUEUE_SIZE):
        owner.submit(count_to(1))
    with pytest.raises(ModelError, match="busy: 2 questions are waiting") as caught:
        owner.submit(count_to(1))
    assert caught.value.reason == "busy"
    assert not caught.value.permanent


async def test_who_comes_while_places_are_free_needs_no_queue(own: Own) -> None:
    owner = own(Counter())
    for _ in range(PARALLEL + QUEUE_SIZE):
        owner.submit(count_to(1))
    with pytest.raises(ModelError, match="busy"):
        owner.submit(count_to(1))


async def test_who_would_wait_too_long_goes_elsewhere(own: Own) -> None:
    engine = Counter()
    owner = own(engine)
    owner._max_wait = 0.001
    engine.permits.release(1)
    slow = count_to(2)
    owner.submit(slow)
    await slow.piece()
    await asyncio.sleep(0.01)
    engine.permits.release(1)
    await slow.piece()
    await asyncio.to_thread(_wait_until, lambda: not owner._running)
    await occupy(owner, engine)
    with pytest.raises(ModelError, match=r"0 questions are waiting, a new one for some 0\.\d s"):
        owner.submit(count_to(1))


async def test_a_withdrawn_question_makes_room_and_is_never_answered(own: Own) -> None:
    engine = Counter()
    owner = own(engine)
    running = await occupy(owner, engine)
    waiting = [count_to(1) for _ in range(QUEUE_SIZE)]
    for job in waiting:
        owner.submit(job)
    owner.withdraw(waiting[0])
    last = count_to(1)
    owner.submit(last)
    owner.withdraw(running[0])
    engine.permits.release(10)
    assert await read(last) == ["1"]
    assert waiting[0].meter.completion_tokens == 0


async def test_a_withdrawn_answer_makes_place_at_the_next_step(own: Own) -> None:
    engine = Counter()
    owner = own(engine)
    running, _ = await occupy(owner, engine)
    following = count_to(1)
    owner.submit(following)
    owner.withdraw(running)
    engine.permits.release(3)
    assert await read(following) == ["1"]
    assert running.meter.completion_tokens <= 1


async def test_a_question_that_cannot_begin_disturbs_nobody(
    own: Own, caplog: pytest.LogCaptureFixture
) -> None:
    engine = Refusing()
    owner = own(engine)
    running, refused = count_to(1), count_to(int(Refusing.refused))
    owner.submit(running)
    owner.submit(refused)
    engine.permits.release(1)
    with pytest.raises(ModelError, match="failed: ValueError") as caught:
        await read(refused)
    assert not caught.value.permanent
    assert await read(running) == ["1"]
    assert Refusing.refused not in f"{caught.value}"


@pytest.mark.parametrize("kind", [ValueError, SystemExit])
async def test_when_the_thread_dies_every_question_gets_an_error(
    own: Own, caplog: pytest.LogCaptureFixture, kind: type[BaseException]
) -> None:
    words = "guest words"
    engine = Failing(kind(words))
    owner = own(engine)
    jobs = [*await occupy(owner, engine), count_to(1)]
    owner.submit(jobs[-1])
    engine.permits.release(2)
    for job in jobs:
        with pytest.raises(ModelError, match=f"died: {kind.__name__}") as caught:
            await asyncio.wait_for(read(job), 5)
        assert words not in str(caught.value)
    await asyncio.to_thread(owner.close)
    assert engine.closed
    assert words not in caplog.text


async def test_after_the_thread_died_the_next_question_starts_another(own: Own) -> None:
    engine = Failing(SystemExit())
    engine.permits.release(3)
    owner = own(engine)
    dying = count_to(2)
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

    owner = new_owner(load)
    for _ in range(2):
        with pytest.raises(ModelError, match="no such file"):
            owner.start().result()
        job = count_to(1)
        owner.submit(job)
        with pytest.raises(ModelError, match="no such file"):
            await read(job)


async def test_closing_fails_what_is_in_hand_and_frees_the_model() -> None:
    engine = Counter()
    owner = new_owner(lambda: engine)
    jobs = [*await occupy(owner, engine), count_to(1)]
    owner.submit(jobs[-1])
    closing = asyncio.create_task(asyncio.to_thread(owner.close))
    await asyncio.to_thread(_wait_until, lambda: owner._closing)
    engine.permits.release()
    await closing
    for job in jobs:
        with pytest.raises(ModelError, match="closed"):
            await read(job)
    assert engine.closed


async def test_a_closed_event_loop_does_not_harm_the_thread(own: Own) -> None:
    engine = Counter()
    owner = own(engine)

    async def ask_and_leave() -> None:
        owner.submit(count_to(1000))

    await asyncio.to_thread(asyncio.run, ask_and_leave())
    engine.permits.release(1)
    following = count_to(1)
    owner.submit(following)
    engine.permits.release(2)
    assert await read(following) == ["1"]
