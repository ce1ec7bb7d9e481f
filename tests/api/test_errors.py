"""Whatever goes wrong, it is said in one shape."""

import json
from typing import Any

import pytest
from django.test import AsyncClient, Client

from concierge.api.parsers import MAX_BODY
from concierge.chat.protocol import MAX_QUESTION
from concierge.limits.rates import Rate
from properties.models import Property
from tests.api.conftest import Ask

pytestmark = pytest.mark.django_db(transaction=True)
QUESTION = {"question": "Is there Wi-Fi?"}


def check(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status
    assert response["content-type"] == "application/json"
    body = response.json()
    assert body.keys() == {"error"}
    assert body["error"].keys() <= {"code", "message", "fields"}
    assert body["error"]["code"] == code
    assert body["error"]["message"]
    return body["error"]


NO_QUESTIONS: list[tuple[Any, str]] = [
    ({}, "question"),
    ({"question": ""}, "question"),
    ({"question": " \n\t "}, "question"),
    ({"question": None}, "question"),
    ({"question": ["Wi-Fi?"]}, "question"),
    ({"question": "\0"}, "question"),
    ({"question": "a" * (MAX_QUESTION + 1)}, "question"),
    ({**QUESTION, "language": "english"}, "language"),
    ({**QUESTION, "stream": "perhaps"}, "stream"),
    ({**QUESTION, "history": "none"}, "history"),
    ({**QUESTION, "history": [{"question": "Wi-Fi?"}]}, "history"),
    ({**QUESTION, "history": [{"question": "a", "answer": "b"}] * 11}, "history"),
    ([], "non_field_errors"),
    ("text", "non_field_errors"),
]


# One test for many bodies: each test on a real database costs more than all of them.
async def test_a_body_that_makes_no_question_is_refused(ask: Ask) -> None:
    for body, field in NO_QUESTIONS:
        error = check(await ask(json.dumps(body)), 400, "invalid")
        assert list(error["fields"]) == [field], body


async def test_what_is_no_json_is_refused(ask: Ask) -> None:
    for body in ("{", "question=Wi-Fi?", '{"question": NaN}', b"\xff\xfe", "[" * 100_000):
        check(await ask(body), 400, "parse_error")


async def test_no_body_is_no_question(ask: Ask) -> None:
    assert (await ask("")).status_code == 400


async def test_a_half_character_is_a_question_like_any_other_or_refused(ask: Ask) -> None:
    response = await ask('{"question": "Is there Wi-Fi? \\ud83d"}')
    assert response.status_code in {200, 400}


async def test_a_longest_question_is_answered(ask: Ask) -> None:
    assert (await ask({"question": "a " * (MAX_QUESTION // 2)})).status_code == 200


async def test_a_body_without_end_is_refused(ask: Ask) -> None:
    check(await ask('{"question": "' + "a" * MAX_BODY), 413, "too_large")


async def test_an_unknown_property_is_not_found(ask: Ask) -> None:
    check(await ask(QUESTION, slug="nowhere"), 404, "not_found")


async def test_an_unknown_address_is_not_found(hotel: Property) -> None:
    for path in ("", "nothing", "properties/lakeside", "properties/lakeside/ask/"):
        check(await AsyncClient().get(f"/api/v1/{path}"), 404, "not_found")
        check(await AsyncClient().post(f"/api/v1/{path}"), 404, "not_found")


async def test_only_post_asks(hotel: Property) -> None:
    client = AsyncClient()
    for call in (client.get, client.put, client.patch, client.delete):
        response = await call(f"/api/v1/properties/{hotel.slug}/ask")
        check(response, 405, "method_not_allowed")
        assert "POST" in response["allow"]


async def test_what_nobody_can_render_is_not_acceptable(ask: Ask) -> None:
    check(await ask(QUESTION, accept="text/html"), 406, "not_acceptable")


async def test_only_json_is_read(ask: Ask) -> None:
    response = await ask("question=Wi-Fi?", content_type="application/x-www-form-urlencoded")
    check(response, 415, "unsupported_media_type")


@pytest.mark.usefixtures("patience_with_valkey")
async def test_who_asks_too_much_is_told_when_to_go_on(ask: Ask, settings: Any) -> None:
    settings.LIMITS = {"ask": {"address": Rate(2, 3600)}}
    assert [(await ask(QUESTION)).status_code for _ in range(2)] == [200, 200]
    response = await ask(QUESTION)
    check(response, 429, "throttled")
    assert 0 < int(response["retry-after"]) <= 3600


@pytest.mark.usefixtures("patience_with_valkey")
@pytest.mark.parametrize(
    ("where", "status"), [({"REMOTE_ADDR": "192.0.2.7"}, 200), ({"HTTP_X_FORWARDED_FOR": "7"}, 429)]
)
def test_only_another_address_is_counted_apart(
    hotel: Property, settings: Any, where: dict[str, Any], status: int
) -> None:
    def ask(**extra: Any) -> int:
        url = f"/api/v1/properties/{hotel.slug}/ask"
        return Client().post(url, QUESTION, content_type="application/json", **extra).status_code

    settings.LIMITS = {"ask": {"address": Rate(1, 3600)}}
    assert [ask(), ask(), ask(**where)] == [200, 429, status]


async def test_a_broken_installation_says_so_and_no_more(ask: Ask, broken_search: None) -> None:
    response = await ask(QUESTION)
    error = check(response, 503, "unavailable")
    assert int(response["retry-after"]) > 0
    assert "mbedder" not in str(error)
