import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from concierge.chat.models import Message
from llm.budget import MICRO, Prices
from llm.calibration import (
    TYPICAL_DIFFICULTIES,
    TYPICAL_TOKENS,
    Array,
    Outcomes,
    curve,
    threshold_for,
)
from properties.models import Property

ENOUGH = 50
"""Messages; fewer say too little about what a property's guests ask."""

MOST = 100_000
BY_DIFFICULTY = ("easy", "hard", "no_api")
BY_RULE = ("language", "record")
"""Reasons for which the API is asked however easy the question is."""


@dataclass(frozen=True)
class Traffic:
    """The questions that needed a generated answer, `n` of them.

    `difficulties` (n); `order` (n) is the same but 1 where only the API could answer. `tokens` are
    the mean read and written by the API for an answer; `recorded` and `api` count messages.
    """

    difficulties: Array
    order: Array
    tokens: tuple[float, float]
    recorded: int
    api: int

    @property
    def is_typical(self) -> bool:
        return self.recorded < ENOUGH


class Command(BaseCommand):
    help = (
        "Set how hard a question must be to go to the API, so that of the answers that a model "
        "writes the given share stays local. It learns from the guests' questions on record, and "
        "tells what quality and cost to expect. docs/router.md explains it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--local-share",
            type=_share,
            help="From 0 to 1; kept in the property's settings. Without it: as set there.",
        )
        parser.add_argument("--property", help="A property's slug. Without it: all of them.")
        parser.add_argument("--days", type=int, default=30, help="How far back to look.")
        parser.add_argument("--dry-run", action="store_true", help="Report and change nothing.")
        parser.add_argument("--json", action="store_true")

    def handle(
        self,
        *,
        local_share: float | None,
        property: str | None,
        days: int,
        dry_run: bool,
        json: bool,
        **options: object,
    ) -> None:
        properties = Property.objects.order_by("slug")
        if property is not None:
            properties = properties.filter(slug=property)
            if not properties:
                raise CommandError(f"There is no property {property!r}.")
        messages = Message.objects.filter(conversation__property__in=properties)
        traffic = traffic_of(messages.filter(created_at__gt=timezone.now() - timedelta(days=days)))
        report = report_on(traffic, list(properties), local_share)
        if not dry_run:
            save(report["properties"])
        self.stdout.write(as_json(report) if json else as_text(report, days, dry_run))


def traffic_of(messages: QuerySet[Message]) -> Traffic:
    """What was asked of late; questions as our benchmark has them where that was too little."""
    rows = list(
        messages.filter(reason__in=BY_DIFFICULTY + BY_RULE, trace__difficulty__isnull=False)
        .exclude(reason__in=BY_RULE, route="curated")
        .order_by("-created_at")
        .values_list("route", "reason", "trace__difficulty", "prompt_tokens", "completion_tokens")[
            :MOST
        ]
    )
    difficulties = np.array([float(row[2]) for row in rows])
    order = np.array([1.0 if row[1] in BY_RULE else float(row[2]) for row in rows])
    if len(rows) < ENOUGH:
        difficulties = order = np.array(TYPICAL_DIFFICULTIES)
    asked = [row for row in rows if row[0] == "api"]
    return Traffic(difficulties, order, _mean_tokens(asked), len(rows), len(asked))


def _mean_tokens(rows: Sequence[tuple[Any, ...]]) -> tuple[float, float]:
    if not rows:
        return TYPICAL_TOKENS
    return sum(row[3] for row in rows) / len(rows), sum(row[4] for row in rows) / len(rows)


def report_on(
    traffic: Traffic, properties: Iterable[Property], share: float | None
) -> dict[str, Any]:
    cost = _cost_of_an_answer(traffic)
    count = len(traffic.difficulties)
    outcomes = Outcomes(
        local_quality=1 - traffic.difficulties,
        strong_quality=np.ones(count),
        local_cost=np.zeros(count),
        strong_cost=np.full(count, cost * 1000),
    )
    shares = {each.slug: each.local_share if share is None else share for each in properties}
    return {
        "api": "openai" in settings.LLM_BACKENDS,
        "local": settings.LLM_BACKEND != "openai",
        "messages": traffic.recorded,
        "typical": traffic.is_typical,
        "local_share_now": 1 - traffic.api / traffic.recorded if traffic.recorded else None,
        "properties": [
            {"property": slug, "local_share": kept, "threshold": _threshold(traffic, kept)}
            for slug, kept in shares.items()
        ],
        "curve": [
            {
                "local_share": round(1 - point.api_share, 2),
                "threshold": _threshold(traffic, 1 - point.api_share),
                "quality": round(point.quality, 3),
                "cost_of_1000": round(point.cost, 4),
            }
            for point in curve(traffic.order, outcomes)
        ],
    }


def _threshold(traffic: Traffic, local_share: float) -> float:
    return round(threshold_for(traffic.order, local_share), 4)


def _cost_of_an_answer(traffic: Traffic) -> float:
    prices = Prices(settings.OPENAI_PRICE_PROMPT, settings.OPENAI_PRICE_COMPLETION)
    read, written = traffic.tokens
    return prices.micros(round(read), round(written)) / MICRO


def save(rows: Iterable[dict[str, Any]]) -> None:
    """By `update`: no guest reads these values, so what is cached for guests still holds."""
    for row in rows:
        Property.objects.filter(slug=row["property"]).update(
            local_share=row["local_share"], router_threshold=row["threshold"]
        )


def as_json(report: dict[str, Any]) -> str:
    return json.dumps(report, indent=2)


def as_text(report: dict[str, Any], days: int, dry_run: bool) -> str:
    lines = [f"{report['messages']} answers by a model in the last {days} days."]
    if report["local_share_now"] is not None:
        lines.append(f"{report['local_share_now']:.0%} of them stayed local.")
    if report["typical"]:
        lines.append(f"Fewer than {ENOUGH}: what follows is of our own test questions instead.")
    if not report["api"]:
        lines.append("No API is configured: everything stays local, whatever is set here.")
    elif not report["local"]:
        lines.append("LLM_BACKEND is openai: the API answers alone, whatever is set here.")
    lines.append("\nlocal  threshold  expected quality  cost of 1,000 such answers")
    lines += [
        f"{row['local_share']:>5.0%} {row['threshold']:>10.3f} {row['quality']:>17.3f} "
        f"{row['cost_of_1000']:>27.2f}"
        for row in report["curve"]
    ]
    lines.append("\nNothing was changed." if dry_run else "\nSet:")
    if not dry_run:
        lines += [
            f"{row['property']}: {row['local_share']:.0%} local, threshold {row['threshold']:.3f}"
            for row in report["properties"]
        ]
    return "\n".join(lines)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not from 0 to 1")
    return share
