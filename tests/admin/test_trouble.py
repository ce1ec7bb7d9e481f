"""The local model does not answer: who can do something about it reads so on the home page."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from llm.backends.card import Card, publish
from tests.admin.conftest import SignIn

SENTENCE = "The local model is switched off, because of <what> happened: do this."


@pytest.fixture(autouse=True)
def _the_engine_is_in_trouble(tmp_path: Path, settings: Any) -> None:
    socket = tmp_path / "engine.sock"
    publish(Card("some-model", None, 96, trouble=SENTENCE), socket)
    engine = settings.LLM_BACKENDS["engine"] | {"SOCKET": socket}
    settings.LLM_BACKENDS = settings.LLM_BACKENDS | {"engine": engine}
    settings.LLM_BACKEND = "engine"


def home(client: Client) -> str:
    return client.get(reverse("admin:index")).content.decode()


def test_a_manager_and_a_superuser_read_it(
    office: Client, sign_in: SignIn, superuser: User
) -> None:
    escaped = SENTENCE.replace("<", "&lt;").replace(">", "&gt;")
    assert escaped in home(office)
    assert escaped in home(sign_in(superuser))


def test_an_editor_who_can_do_nothing_about_it_does_not(sign_in: SignIn, colleague: User) -> None:
    assert "switched off" not in home(sign_in(colleague))


def test_it_is_gone_with_its_cause(office: Client, settings: Any) -> None:
    publish(Card("some-model", None, 96), settings.LLM_BACKENDS["engine"]["SOCKET"])
    assert "switched off" not in home(office)
