"""The engine as a process of its own: what becomes of the chats when it crashes."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from guest import ask, open_chat
from websockets.sync.client import ClientConnection

from tests.stack.product import Product, copy_folder, manage, started, wait_until
from tests.stack.speaking import route, speaking_product


@pytest.fixture(scope="module")
def speaking(used_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("engine")
    with speaking_product(used_folder, folder) as running:
        yield running


@pytest.fixture
def chat(speaking: Product) -> Iterator[ClientConnection]:
    with open_chat(f"127.0.0.1:{speaking.port}", "demo") as opened:
        yield opened


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_crash_of_the_model_takes_no_chat_with_it(
    speaking: Product, chat: ClientConnection, number: signal.Signals
) -> None:
    wait_until(lambda: route(chat) == "local", "the model answers")
    web, engine = speaking.child("web"), speaking.child("engine")
    assert web
    assert engine

    engine.suspend()  # so that it dies while it is asked
    frames = ask(chat, "What time is breakfast on the last day of the year?")
    assert next(frames)["type"] == "accepted"
    engine.send_signal(number)
    engine.resume()
    *others, done = frames
    assert (done["type"], done["status"], done["route"]) == ("done", "complete", "curated")
    assert any(frame["type"] == "token" for frame in others)

    wait_until(lambda: route(chat) == "local", "the model answers again")
    assert speaking.child("engine") not in (None, engine)
    assert speaking.child("web") == web
    assert f"engine ended (killed by {number.name}), starts again" in speaking.said()


def test_the_model_is_loaded_in_one_process_only(speaking: Product, chat: ClientConnection) -> None:
    wait_until(lambda: route(chat) == "local", "the model answers")
    with_model = {
        name
        for name in ("web", "worker", "beat", "engine")
        if (child := speaking.child(name))
        and any("llama" in Path(each.path).name for each in child.memory_maps())
    }
    assert with_model == {"engine"}


def test_status_says_where_the_model_is(speaking: Product, chat: ClientConnection) -> None:
    wait_until(lambda: route(chat) == "local", "the model answers")
    status = manage(speaking.var, "status", LLM_BACKEND="local").stdout
    assert "in a process of its own, which answers" in status
    engine = speaking.child("engine")
    assert engine
    engine.suspend()
    engine.kill()
    wait_until(lambda: speaking.child("engine") != engine, "it has ended")


def test_the_model_stays_in_the_web_process_where_it_is_told_to(
    used_folder: Path, tmp_path: Path
) -> None:
    var = copy_folder(used_folder, tmp_path / "var")
    with started(var, LLM_BACKEND="local", LLM_PROCESS="web") as product:
        assert product.child("engine") is None
        assert product.serves_guests()
