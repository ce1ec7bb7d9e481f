"""Calibrating from what guests asked."""

import json
import uuid
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from concierge.chat.models import Conversation, Message
from properties.models import Property

pytestmark = pytest.mark.django_db


@pytest.fixture
def inn() -> Property:
    return Property.objects.create(slug="inn", name="The Inn")


@pytest.fixture
def other() -> Property:
    return Property.objects.create(slug="other", name="Another house", local_share=0.2)


def asked(at: Property, *difficulties: float, **fields: Any) -> None:
    """Questions of these difficulties, answered by the local model where nothing else is said."""
    conversation = Conversation.objects.create(property=at)
    values = {"route": "local", "reason": "easy", **fields}
    Message.objects.bulk_create(
        Message(
            conversation=conversation,
            asked_id=uuid.uuid4(),
            question="?",
            language="en",
            status="complete",
            trace={"difficulty": each},
            **values,
        )
        for each in difficulties
    )


HUNDRED = [number / 100 for number in range(100)]


def calibrate(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("calibrate_router", *arguments, "--json", stdout=out)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def text(*arguments: str) -> str:
    out = StringIO()
    call_command("calibrate_router", *arguments, stdout=out)
    return out.getvalue()


def kept_local(at: Property) -> float:
    at.refresh_from_db()
    assert at.router_threshold is not None
    return sum(each <= at.router_threshold for each in HUNDRED) / len(HUNDRED)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 1.0])
def test_the_share_of_the_recorded_questions_stays_local(inn: Property, share: float) -> None:
    asked(inn, *HUNDRED[1:])
    calibrate("--property", "inn", "--local-share", str(share))
    assert kept_local(inn) == pytest.approx(share, abs=0.011)
    assert inn.local_share == share


def test_a_property_is_calibrated_from_its_own_guests_alone(inn: Property, other: Property) -> None:
    asked(inn, *HUNDRED)
    asked(other, *[0.99] * 500)
    report = calibrate("--property", "inn", "--local-share", "0.7")
    assert report["messages"] == 100
    assert kept_local(inn) == pytest.approx(0.7, abs=0.01)
    other.refresh_from_db()
    assert other.router_threshold is None


def test_all_together_each_gets_the_share_of_its_settings(inn: Property, other: Property) -> None:
    asked(inn, *HUNDRED[::2])
    asked(other, *HUNDRED[1::2])
    calibrate()
    assert kept_local(inn) == pytest.approx(0.7, abs=0.01)
    assert kept_local(other) == pytest.approx(0.2, abs=0.01)


def test_what_only_the_api_can_write_counts_towards_its_share(inn: Property) -> None:
    asked(inn, *HUNDRED)
    asked(inn, *[0.1] * 25, route="api", reason="language")
    calibrate("--property", "inn", "--local-share", "0.7")
    assert kept_local(inn) == pytest.approx(0.7 * 125 / 100, abs=0.01)


def test_answers_that_no_model_wrote_do_not_count(inn: Property) -> None:
    asked(inn, *HUNDRED)
    asked(inn, *[0.9] * 50, route="curated", reason="sure")
    asked(inn, *[0.9] * 50, route="curated", reason="language")
    asked(inn, *[0.9] * 50, route="handoff", reason="unanswerable")
    assert calibrate("--property", "inn")["messages"] == 100


def test_only_the_last_days_count(inn: Property) -> None:
    asked(inn, *HUNDRED)
    Message.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert calibrate("--property", "inn", "--days", "7")["messages"] == 0
    assert calibrate("--property", "inn", "--days", "9")["messages"] == 100


@override_settings(OPENAI_PRICE_PROMPT=Decimal(2), OPENAI_PRICE_COMPLETION=Decimal(10))
def test_quality_rises_with_the_apis_share_and_money_buys_it(inn: Property) -> None:
    asked(inn, *HUNDRED)
    spent = {"prompt_tokens": 300, "completion_tokens": 40}
    asked(inn, *HUNDRED, route="api", reason="hard", **spent)
    report = calibrate("--property", "inn")
    assert report["local_share_now"] == 0.5
    qualities = [row["quality"] for row in report["curve"]]
    assert qualities == sorted(qualities)
    assert qualities[0] == pytest.approx(0.505, abs=0.01)
    assert qualities[-1] == 1.0
    costs = {row["local_share"]: row["cost_of_1000"] for row in report["curve"]}
    assert costs[0.0] == pytest.approx(1000 * (300 * 2 + 40 * 10) / 1_000_000)
    assert costs[0.7] == pytest.approx(costs[0.0] * 0.3)
    assert costs[1.0] == 0


def test_too_few_questions_are_not_learnt_from(inn: Property) -> None:
    asked(inn, *[0.01] * 49)
    said = text("--property", "inn", "--local-share", "0.7")
    assert "Fewer than 50" in said
    inn.refresh_from_db()
    assert inn.router_threshold is not None
    assert inn.router_threshold > 0.05


def test_without_an_api_it_says_that_everything_stays_local(inn: Property) -> None:
    assert "No API is configured" in text()
    assert calibrate()["api"] is False


@override_settings(LLM_BACKEND="openai", LLM_BACKENDS={**settings.LLM_BACKENDS, "openai": {}})
def test_where_the_api_answers_alone_it_says_so(inn: Property) -> None:
    assert "the API answers alone" in text()


def test_a_dry_run_changes_nothing(inn: Property) -> None:
    asked(inn, *HUNDRED)
    assert "Nothing was changed" in text("--property", "inn", "--local-share", "0.1", "--dry-run")
    inn.refresh_from_db()
    assert (inn.router_threshold, inn.local_share) == (None, 0.7)


def test_cached_answers_still_hold_afterwards(inn: Property) -> None:
    version = inn.content_version
    calibrate("--property", "inn")
    inn.refresh_from_db()
    assert inn.content_version == version


def test_it_says_what_is_wrong(inn: Property) -> None:
    with pytest.raises(CommandError, match="nowhere"):
        calibrate("--property", "nowhere")
    for bad in ("1.5", "-1", "nan", "most"):
        with pytest.raises(CommandError, match="from 0 to 1"):
            calibrate(f"--local-share={bad}")
