"""An answer that has ended, as metrics, span attributes and one log line."""

import logging

from concierge.answering.answer import Answer, Asked
from concierge.telemetry import metrics

logger = logging.getLogger("concierge.answers")
GENERATED = {"local", "api"}


def record(asked: Asked, answer: Answer) -> None:
    """Called once an answer has ended, however it did."""
    way = answer.route or "none"
    slug = asked.property.slug
    metrics.ANSWERS.labels(slug, way, answer.reason, answer.status).inc()
    _record_timings(answer, way)
    # Where several questions were asked, each was found and written by itself.
    for part in answer.parts or [answer]:
        _record_model(part, part.route or "none", slug)
        if part.trace.cache:
            metrics.CACHE_LOOKUPS.labels(slug, part.trace.cache).inc()
    if answer.handoff:
        metrics.HANDOFFS.labels(slug, answer.handoff["reason"]).inc()
    facts = _facts(asked, answer)
    answer.watch.span.set_attributes(facts)
    answer.watch.span.end()
    # Both as text and as fields: LOG_FORMAT chooses who reads it.
    logger.info("answered %s", " ".join(f"{k}={v}" for k, v in facts.items()), extra=facts)


def _record_timings(answer: Answer, way: str) -> None:
    # A copy: after a stop, the thread that looks things up may still note its times.
    for stage, milliseconds in list(answer.watch.timings_ms.items()):
        seconds = milliseconds / 1000
        match stage:
            case "total":
                metrics.ANSWER_SECONDS.labels(way).observe(seconds)
            case "first_token":
                metrics.FIRST_TOKEN_SECONDS.labels(way).observe(seconds)
            case _:
                metrics.STAGE_SECONDS.labels(stage, way).observe(seconds)


def _record_model(answer: Answer, way: str, slug: str) -> None:
    if way in GENERATED:
        metrics.count_generated(way)
    for asked in answer.trace.asked:
        metrics.TOKENS.labels(slug, asked["way"], "prompt").inc(asked["prompt"])
        metrics.TOKENS.labels(slug, asked["way"], "completion").inc(asked["completion"])
    if answer.cost:
        metrics.COST.labels(slug).inc(float(answer.cost))
    for fallback in answer.trace.fallbacks:
        metrics.FALLBACKS.labels(fallback["from"], fallback["reason"]).inc()
    if guard := answer.trace.guard:
        metrics.GUARD_SENTENCES.labels(way, "passed").inc(guard["checked"] - guard["replaced"])
        for why in guard["failures"]:
            metrics.GUARD_SENTENCES.labels(way, why).inc()


def _facts(asked: Asked, answer: Answer) -> dict[str, str | int | float]:
    """What may be known of an answer outside the database."""
    return {
        "property": asked.property.slug,
        "way": answer.route,
        "reason": answer.reason,
        "status": answer.status,
        "language": answer.language,
        "model": answer.model,
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        "cost": float(answer.cost),
        "milliseconds": answer.watch.timings_ms.get("total", 0.0),
    }
