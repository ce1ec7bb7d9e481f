"""The OpenAPI document is whole, and what the API does is what it says."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from jsonschema import validate  # type: ignore[import-untyped]

from concierge.api.views import ERRORS
from tests.api.conftest import Ask

DOCUMENTATION = Path(__file__).resolve().parents[2] / "docs/api.md"
ASK = "/api/v1/properties/{slug}/ask"


@pytest.fixture(scope="module")
def schema() -> Any:
    printed = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=printed)
    return yaml.safe_load(printed.getvalue())


def test_the_schema_is_generated_without_a_warning_and_served(schema: Any) -> None:
    response = Client().get("/api/v1/schema/")
    assert response.status_code == 200
    assert yaml.safe_load(response.content) == schema


def test_the_schema_describes_both_ways_to_answer(schema: Any) -> None:
    responses = schema["paths"][ASK]["post"]["responses"]
    assert set(responses["200"]["content"]) == {"application/json", "text/event-stream"}
    assert set(responses) == {"200", *map(str, ERRORS)}


@pytest.mark.django_db(transaction=True)
async def test_what_is_sent_fits_the_schema(ask: Ask, schema: Any) -> None:
    for body, component in (
        ({"question": "Lentil curry"}, "Answer"),
        ({"question": "Who won the 1998 football world cup?"}, "Answer"),
        ({"question": ""}, "ErrorResponse"),
        ("no JSON", "ErrorResponse"),
    ):
        response = await ask(body)
        validate(response.json(), {**schema, "$ref": f"#/components/schemas/{component}"})


def test_every_status_and_every_event_is_documented() -> None:
    documentation = DOCUMENTATION.read_text()
    for status in ERRORS:
        assert f"| {status} |" in documentation
    for event in ("token", "sources", "cards", "done", "error"):
        assert f"`{event}`" in documentation
