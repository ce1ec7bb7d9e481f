"""A llama.cpp that dies of what it computes: nothing else does, and everywhere the same is said."""

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from guest import open_chat

from concierge.stack import addresses
from llm.backends.card import CardReader, clear_trouble
from tests.llm.deadly import deadly
from tests.stack.product import LONGEST_WAIT, Product, manage, wait_until
from tests.stack.speaking import route, speaking_product

TOKEN = "a-token-for-metrics"
SELF_TEST = 2  # computations, which `later` lets pass


@pytest.fixture(scope="module")
def never(used_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """On a machine where no first batch survives."""
    folder = tmp_path_factory.mktemp("never")
    environment = deadly("always") | {"METRICS_TOKEN": TOKEN}
    with speaking_product(used_folder, folder, **environment) as running:
        yield running


@pytest.fixture(scope="module")
def at_a_question(used_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Where the self-test passes, and each first question kills."""
    folder = tmp_path_factory.mktemp("question")
    environment = deadly("later", SELF_TEST) | {"METRICS_TOKEN": TOKEN}
    with speaking_product(used_folder, folder, **environment) as running:
        yield running


def trouble(product: Product) -> str:
    return CardReader(addresses(product.var).sockets / "engine.sock").card().trouble


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


def test_where_no_batch_survives_the_engine_does_and_says_so(never: Product) -> None:
    wait_until(lambda: bool(trouble(never)), "the self-test has ended")
    engine = never.child("engine")
    with open_chat(f"127.0.0.1:{never.port}", "demo") as chat:
        assert route(chat) == route(chat) == "curated"
    assert "dies at its first batch (SIGILL)" in trouble(never)
    assert_everybody_says(never, trouble(never))
    assert engine
    assert never.child("engine") == engine


def test_an_engine_that_only_dies_is_left_alone_until_something_was_done(
    at_a_question: Product,
) -> None:
    product = at_a_question
    with open_chat(f"127.0.0.1:{product.port}", "demo") as chat:
        wait_until(lambda: route(chat) == "curated" and bool(trouble(product)), "it is given up")
        assert product.said().count("engine ended (killed by SIGILL), starts again") == 2
        assert "died 3 times without an answer (killed by SIGILL)" in trouble(product)
        assert_everybody_says(product, trouble(product))
        assert product.child("engine") is None
        assert route(chat) == "curated"
    clear_trouble(addresses(product.var).sockets / "engine.sock")
    wait_until(lambda: product.child("engine") is not None, "the engine starts again")
