"""A llama.cpp that dies of what it computes: nothing else does, and everywhere the same is said."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from guest import open_chat

from concierge.stack import addresses
from llm.backends.card import CardReader, clear_trouble
from llm.backends.server import is_served
from tests.llm.deadly import deadly
from tests.stack.product import (
    LONGEST_WAIT,
    REPOSITORY,
    Product,
    environment,
    free_port,
    manage,
    wait_until,
)
from tests.stack.speaking import route, share_model, speaking_product

TOKEN = "a-token-for-metrics"
SELF_TEST = 2  # computations, which `later` lets pass


@pytest.fixture
def product(used_folder: Path, tmp_path: Path) -> Iterator[Product]:
    """Where the self-test passes, and each first question kills."""
    variables = deadly("later", SELF_TEST) | {"METRICS_TOKEN": TOKEN}
    with speaking_product(used_folder, tmp_path, **variables) as running:
        yield running


def socket(var: Path) -> Path:
    return addresses(var).sockets / "engine.sock"


def trouble(var: Path) -> str:
    return CardReader(socket(var)).card().trouble


def metrics(product: Product) -> str:
    with closing(HTTPConnection("127.0.0.1", product.port, timeout=LONGEST_WAIT)) as web:
        web.request("GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        return web.getresponse().read().decode()


def assert_everybody_says(product: Product, sentence: str) -> None:
    status = manage(product.var, "status", LLM_BACKEND="local")
    assert status.returncode == 1
    assert status.stdout.splitlines()[0] == sentence
    assert f'concierge_local_model_trouble{{what="{sentence}"}} 1.0' in metrics(product)
    wait_until(lambda: sentence in product.said(), "the terminal shows it")
    assert sentence in (product.var / "log" / "engine.log").read_text(encoding="utf-8")


def test_where_no_batch_survives_the_engine_lives_and_says_so(tmp_path: Path) -> None:
    share_model(tmp_path)
    log = tmp_path / "engine.log"
    with log.open("wb") as said:
        engine = subprocess.Popen(
            [sys.executable, "-m", "concierge.engine"],
            cwd=REPOSITORY,
            env=environment(tmp_path, free_port()) | deadly("always") | {"LLM_BACKEND": "local"},
            stderr=said,
        )
    try:
        wait_until(lambda: bool(trouble(tmp_path)), "the self-test has ended")
        wait_until(lambda: trouble(tmp_path) in log.read_text(), "the log says it")
        assert "dies at its first batch (SIGILL)" in trouble(tmp_path)
        assert engine.poll() is None
        assert is_served(socket(tmp_path))
    finally:
        engine.terminate()
        engine.wait(LONGEST_WAIT)


def test_an_engine_that_only_dies_is_left_alone_until_something_was_done(product: Product) -> None:
    with open_chat(f"127.0.0.1:{product.port}", "demo") as chat:
        wait_until(
            lambda: route(chat) == "curated" and bool(trouble(product.var)), "it is given up"
        )
        assert product.said().count("engine ended (killed by SIGILL), starts again") == 2
        assert "died 3 times without an answer (killed by SIGILL)" in trouble(product.var)
        assert_everybody_says(product, trouble(product.var))
        assert product.child("engine") is None
        assert route(chat) == "curated"
    clear_trouble(socket(product.var))
    wait_until(lambda: product.child("engine") is not None, "the engine starts again")
