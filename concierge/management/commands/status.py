import json as jsonlib
import sys
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.models import Count, Q
from redis.exceptions import RedisError

from concierge.answering.models import (
    api_backend,
    local_backend,
    local_trouble,
    spending_of,
)
from concierge.chat.models import Handoff
from concierge.valkey import valkey
from llm.backends.server import is_served
from llm.budget import BudgetUnknown
from llm.registry import get_backend
from properties.models import Property
from retrieval import lanes
from retrieval.models import OutboxEntry


class Command(BaseCommand):
    help = (
        "Say which models answer, whether the neighbours are there, and what waits. Ends with exit "
        "code 1 where the local model cannot answer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *, json: bool, **options: object) -> None:
        trouble = local_trouble()
        status = {
            "trouble": trouble,
            "models": models(),
            "neighbours": neighbours(),
            "outbox": outbox(),
            "properties": properties(),
        }
        self.stdout.write(jsonlib.dumps(status, indent=2) if json else as_text(status))
        if trouble:
            sys.exit(1)


def models() -> dict[str, str]:
    api = api_backend()
    return {
        "local": _local_model(),
        "api": f"{api.backend.model_id} at {settings.OPENAI_BASE_URL}"
        if api
        else "none configured: everything stays local (docs/api-model.md)",
    }


def _local_model() -> str:
    backend = local_backend()
    if backend is None:
        return "none: the API answers alone"
    if not settings.ENGINE_IS_OWN and settings.LLM_BACKEND != "engine":
        return f"{backend.model_id} in the web process"
    # It says itself what it serves: the last good model, where the live one is bad.
    served = get_backend("engine").model_id
    runs = is_served(settings.ENGINE_SOCKET)
    does = "does not run" if not runs else "cannot answer" if local_trouble() else "answers"
    return f"{served} in a process of its own, which {does}"


def neighbours() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0]
        cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
        vector = cursor.fetchone()
    return {
        "postgres": f"{postgres}, pgvector {vector[0] if vector else 'is missing'}",
        "valkey": async_to_sync(_valkey_version)(),
    }


async def _valkey_version() -> str:
    try:
        info = await valkey().info("server")
    except (RedisError, OSError) as error:
        return f"does not answer: {type(error).__name__}"
    return str(info.get("valkey_version") or info["redis_version"])


def outbox() -> dict[str, dict[str, Any]]:
    """What waits to be embedded, by lane: how much, for how long, and what failed."""
    return {
        lane.label: {
            "waiting": found.waiting,
            "failing": found.failing,
            "oldest_seconds": round(found.age_seconds),
        }
        for lane, found in lanes.backlog().items()
    }


def properties() -> list[dict[str, Any]]:
    waiting = dict(OutboxEntry.objects.values_list("property").annotate(Count("pk")))
    called = {
        pk: (count, urgent)
        for pk, count, urgent in Handoff.objects.open()
        .values_list("property")
        .annotate(count=Count("pk"), urgent=Count("pk", filter=Q(urgent=True)))
    }
    return [
        {
            "property": each.slug,
            "waiting_to_be_embedded": waiting.get(each.pk, 0),
            "open_handoffs": called.get(each.pk, (0, 0))[0],
            "urgent_handoffs": called.get(each.pk, (0, 0))[1],
            "budget_spent": _spent(each) if api_backend() else None,
        }
        for each in Property.objects.all()
    ]


def _spent(property_: Property) -> float | None:
    try:
        return async_to_sync(spending_of)(property_).share
    except BudgetUnknown:
        return None


def as_text(status: dict[str, Any]) -> str:
    lines = [status["trouble"]] if status["trouble"] else []
    lines += [
        f"{name:<10} {said}"
        for part in ("models", "neighbours")
        for name, said in status[part].items()
    ]
    lines += [
        f"{lane:<10} {said['waiting']} wait to be embedded, the oldest for "
        f"{said['oldest_seconds']} s, {said['failing']} failed and will be tried again"
        for lane, said in status["outbox"].items()
    ]
    for each in status["properties"]:
        budget = each["budget_spent"]
        spent = "" if budget is None else f", {budget:.0%} of today's budget spent"
        lines.append(
            f"{each['property']:<10} {each['waiting_to_be_embedded']} waiting to be embedded, "
            f"{each['open_handoffs']} open handoffs ({each['urgent_handoffs']} urgent){spent}"
        )
    return "\n".join(lines)
