"""A model in another process: real sockets, and real processes where one has to die."""

import asyncio
import contextlib
import signal
import tempfile
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import uvloop

from llm.backends import wire
from llm.backends.dummy import DummyBackend
from llm.backends.remote import RemoteBackend
from llm.backends.server import SocketInUse, serving
from llm.base import Meter, ModelError, Question, Source, Turn
from tests.llm.engine_process import engine_process
from tests.llm.questions import BREAKFAST, question
from tests.stack.product import wait_until

BREAKFAST_TEXT = BREAKFAST.sources[0].text
LONG = question("What is there to see?", "a church and " * 200)


class Watched(DummyBackend):
    """Says what becomes of its answers, and fails as it is told to."""

    def __init__(self, delay: float = 0.0, error: Exception | None = None) -> None:
        super().__init__("watched", delay=delay)
        self.error = error
        self.begun = asyncio.Event()
        self.left = asyncio.Event()
        self.model = "first"

    @property
    def model_id(self) -> str:
        return self.model

    async def _pieces(self, question: Question, meter: Meter) -> AsyncGenerator[str, None]:
        self.begun.set()
        try:
            async for piece in super()._pieces(question, meter):
                yield piece
                if self.error:
                    raise self.error
        except (GeneratorExit, asyncio.CancelledError):
            self.left.set()
            raise

    def warm_up(self) -> None:
        if self.error:
            raise self.error


@pytest.fixture
def path() -> Iterator[Path]:
    """Short, as a socket's path has to be."""
    with tempfile.TemporaryDirectory(prefix="engine-") as folder:
        yield Path(folder) / "engine.sock"


@pytest.fixture
async def remote(path: Path) -> AsyncIterator[RemoteBackend]:
    backend = RemoteBackend("remote", socket=path, patience_seconds=20)
    yield backend
    backend.close()
    await asyncio.sleep(0)


async def answer(backend: RemoteBackend, asked: Question = BREAKFAST) -> str:
    return "".join([piece async for piece in backend.stream(asked)])


async def reason(backend: RemoteBackend, asked: Question = BREAKFAST) -> str:
    with pytest.raises(ModelError) as caught:
        await answer(backend, asked)
    assert not caught.value.permanent
    return caught.value.reason


# --- What is answered ------------------------------------------------------------------------


async def test_an_answer_is_the_same_as_in_process(path: Path, remote: RemoteBackend) -> None:
    local = DummyBackend("dummy")
    there, here = remote.stream(BREAKFAST), local.stream(BREAKFAST)
    async with serving(local, path):
        assert [piece async for piece in there] == [piece async for piece in here]
    for name in ("finish", "prompt_tokens", "completion_tokens", "sources_used"):
        assert getattr(there.completion, name) == getattr(here.completion, name)
    assert there.tokens == here.tokens


def test_a_question_arrives_as_it_was_asked() -> None:
    asked = Question(
        text="Und am Sonntag? \U0001f950\n",
        language="de",
        property_name="The Old Mill",
        sources=(Source("faq", "7", "Breakfast", "From 7:30 to 10:00.", 0.75, "en"),),
        history=(Turn("When is breakfast?", "From 6:45.", ("Breakfast",), menu=False),),
        tone="formal",
    )
    sent = wire.packed({"type": "ask", "id": 1, "question": asked})
    assert wire.question_in(wire.unpacked(sent)) == asked


async def test_many_answers_share_a_line(path: Path, remote: RemoteBackend) -> None:
    notes = [f"Room {number} is on floor {number}." for number in range(100)]
    async with serving(DummyBackend("dummy", delay=0.001), path):
        answers = await asyncio.gather(*(answer(remote, question("?", each)) for each in notes))
        assert len(remote._lines) == 1
    assert answers == notes


def test_guests_of_several_loops_are_answered_at_once(path: Path) -> None:
    remote = RemoteBackend("remote", socket=path)
    together = threading.Barrier(4)

    async def ask_some() -> list[str]:
        together.wait()
        return await asyncio.gather(*(answer(remote) for _ in range(20)))

    runs = [asyncio.run, uvloop.run] * 2
    with engine_process(path, delay=0.001), ThreadPoolExecutor(4) as pool:
        loops = [pool.submit(lambda run: run(ask_some()), run) for run in runs]
        assert [loop.result() for loop in loops] == [[BREAKFAST_TEXT] * 20] * 4
    assert not remote._lines  # what belongs to a loop ends with it


# --- Whoever leaves --------------------------------------------------------------------------


async def test_who_stops_reading_stops_the_model(path: Path, remote: RemoteBackend) -> None:
    served = Watched(delay=0.01)
    async with serving(served, path):
        async with remote.stream(LONG) as stream:
            await anext(stream)
        await asyncio.wait_for(served.left.wait(), 10)
        assert stream.completion.finish == "cancelled"
        assert await answer(remote) == BREAKFAST_TEXT  # on the same line


async def test_a_client_that_is_gone_stops_the_model(path: Path, remote: RemoteBackend) -> None:
    served = Watched(delay=0.01)
    async with serving(served, path):
        asking = asyncio.create_task(reason(remote, LONG))
        await served.begun.wait()
        remote.close()
        await asyncio.wait_for(served.left.wait(), 10)
        assert await asking in ("refused", "cut")
        assert await answer(remote) == BREAKFAST_TEXT  # on a new line


# --- An engine that dies ---------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
async def test_an_engine_that_dies_cuts_its_answers_and_the_next_one_takes_over(
    path: Path, remote: RemoteBackend, number: signal.Signals
) -> None:
    with engine_process(path, delay=0.01) as engine:
        stream = remote.stream(LONG)
        assert await anext(stream) == "a "
        engine.send_signal(number)
        with pytest.raises(ModelError) as caught:
            [_ async for _ in stream]
        assert (caught.value.reason, caught.value.permanent) == ("cut", False)
        assert engine.wait() == -number
        assert await reason(remote) == "refused"
        assert remote.model_id == "dummy"  # what it said in its life stays in the cache
    with engine_process(path):  # in place of the socket that was left behind
        assert await answer(remote) == BREAKFAST_TEXT


async def test_nobody_waits_for_an_engine_that_never_ran(remote: RemoteBackend) -> None:
    assert await reason(remote) == "refused"
    assert remote.model_id == "unknown"


async def test_nobody_waits_for_long_for_a_frozen_engine(path: Path) -> None:
    remote = RemoteBackend("remote", socket=path, patience_seconds=0.2)
    with engine_process(path, delay=0.01) as engine:
        stream = remote.stream(LONG)
        await anext(stream)
        engine.send_signal(signal.SIGSTOP)
        with pytest.raises(ModelError) as caught:
            [_ async for _ in stream]
        assert caught.value.reason == "stalled"
        assert await reason(remote) == "timeout"
    remote.close()
    await asyncio.sleep(0)


async def test_a_model_s_own_error_comes_through(path: Path, remote: RemoteBackend) -> None:
    busy = ModelError("17 questions are waiting", permanent=False, reason="busy", retry_after=2.0)
    async with serving(Watched(error=busy), path):
        stream = remote.stream(BREAKFAST)
        with pytest.raises(ModelError, match="17 questions") as caught:
            [_ async for _ in stream]
        assert (caught.value.reason, caught.value.retry_after) == ("busy", 2.0)
        assert stream.tokens == (3, 1)


async def test_a_fault_in_the_engine_tells_nobody_what_a_guest_wrote(
    path: Path, remote: RemoteBackend, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(Watched(error=KeyError(BREAKFAST.text)), path):
        with pytest.raises(ModelError, match=r"^The engine failed: KeyError$"):
            await answer(remote)
    assert BREAKFAST.text not in caplog.text


# --- Which model it is -----------------------------------------------------------------------


async def test_the_served_model_is_known_before_the_first_question(
    path: Path, remote: RemoteBackend
) -> None:
    served = Watched()
    served.languages, served.max_answer_tokens = frozenset({"en", "de"}), 96
    async with serving(served, path):
        assert remote.model_id == "first"
        assert remote.max_answer_tokens == 96
        assert (remote.writes("de"), remote.writes("fr")) == (True, False)
        served.model, served.languages = "second", None
        await asyncio.to_thread(wait_until, lambda: remote.model_id == "second", "it is known")
        assert remote.writes("fr")


@pytest.mark.parametrize("left", ["", "{", "[]", "{}"])
async def test_a_card_that_was_cut_off_harms_no_chat(
    path: Path, remote: RemoteBackend, left: str
) -> None:
    path.with_suffix(".json").write_text(left)
    assert remote.model_id == "unknown"
    async with serving(DummyBackend("dummy"), path):
        assert remote.model_id == "dummy"


# --- Warming up ------------------------------------------------------------------------------


def test_warming_up_waits_for_an_engine_that_is_starting(path: Path) -> None:
    remote = RemoteBackend("remote", socket=path)
    with ThreadPoolExecutor(1) as pool:
        warming = pool.submit(remote.warm_up)
        with engine_process(path):
            assert warming.result() is None


async def test_warming_up_says_what_is_wrong_with_the_model(path: Path) -> None:
    remote = RemoteBackend("remote", socket=path)
    async with serving(Watched(error=ModelError("no such file", permanent=True)), path):
        with pytest.raises(ModelError, match="no such file"):
            await asyncio.to_thread(remote.warm_up)


def test_warming_up_ends_where_nobody_listens(path: Path) -> None:
    with pytest.raises(ModelError, match="does not answer"):
        RemoteBackend("remote", socket=path, start_seconds=0.05).warm_up()


# --- The socket ------------------------------------------------------------------------------


def test_only_its_owner_may_open_the_socket(path: Path) -> None:
    with engine_process(path) as engine:
        modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
        assert modes["engine.sock"] == modes["engine.json"] == 0o600
        engine.terminate()
        engine.wait(60)
    assert not path.exists()


async def test_two_engines_do_not_share_a_socket(path: Path, remote: RemoteBackend) -> None:
    async with serving(DummyBackend("dummy"), path):
        with pytest.raises(SocketInUse, match=str(path)):
            async with serving(DummyBackend("other"), path):
                pass
        assert await answer(remote) == BREAKFAST_TEXT


def test_an_option_that_cannot_work_is_refused() -> None:
    with pytest.raises(ValueError, match="SOCKET must not be longer"):
        RemoteBackend("remote", socket="/" + "a" * 103)
    with pytest.raises(ValueError, match="PATIENCE_SECONDS"):
        RemoteBackend("remote", socket="engine.sock", patience_seconds=0)


# --- What is no frame ------------------------------------------------------------------------

ASKED = wire.unpacked(wire.packed({"type": "ask", "id": 1, "question": BREAKFAST}))


@pytest.mark.parametrize(
    "sent",
    [
        b"\xff\xfe\n",
        b"no json\n",
        b"[]\n",
        b'{"type": "ask", "question": {}}\n',
        b'{"type": "sing", "id": 1}\n',
        wire.packed(ASKED | {"question": {"text": "and nothing else"}}),
        wire.packed(ASKED | {"question": ASKED["question"] | {"history": [[1]]}}),
        wire.packed(ASKED | {"question": ASKED["question"] | {"age": 7}}),
        wire.packed(ASKED) + wire.packed(ASKED),
        b"a" * (wire.LONGEST + 1),
    ],
)
async def test_who_sends_no_frame_is_told_and_let_go(
    path: Path, remote: RemoteBackend, sent: bytes
) -> None:
    async with serving(DummyBackend("dummy", delay=0.01), path):
        other = asyncio.create_task(answer(remote))
        reader, writer = await asyncio.open_unix_connection(path)
        with contextlib.suppress(ConnectionError):
            writer.write(sent)
            await writer.drain()
        told = wire.unpacked(await reader.readline())
        assert (told["type"], told["id"]) == ("error", None)
        assert await reader.read() == b""
        writer.close()
        assert await other == BREAKFAST_TEXT


async def test_a_frame_that_breaks_off_is_no_frame(path: Path) -> None:
    served = Watched()
    async with serving(served, path):
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(wire.packed(ASKED)[:-1])
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()
        assert not served.begun.is_set()


@pytest.mark.parametrize("text", ["a" * wire.LONGEST, "\ud800"])
async def test_a_question_that_cannot_be_sent_harms_no_other(
    path: Path, remote: RemoteBackend, text: str
) -> None:
    async with serving(DummyBackend("dummy", delay=0.01), path):
        other = asyncio.create_task(answer(remote))
        with pytest.raises(ModelError) as caught:
            await answer(remote, question(text, "Yes."))
        assert (caught.value.reason, caught.value.permanent) == ("rejected", True)
        assert await other == BREAKFAST_TEXT
