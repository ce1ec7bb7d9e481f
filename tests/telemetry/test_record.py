"""What operators see of an answer, and what they never see."""

import json
import logging
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import REGISTRY
from pythonjsonlogger.json import JsonFormatter

from concierge.answering.answer import Asked
from concierge.answering.pipeline import collect
from llm.registry import close_backends
from properties.models import Property
from tests.llm.api_server import backends_with

pytestmark = pytest.mark.django_db(transaction=True)
SECRET_WORDS = "Zebulon asks when breakfast is served"


@pytest.fixture(scope="session")
def spans() -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


def ask(hotel: Property, text: str = SECRET_WORDS) -> Any:
    return async_to_sync(collect)(Asked(hotel, text))


def test_an_answer_is_counted_by_who_gave_it(hotel: Property) -> None:
    answer = ask(hotel)
    labels = {
        "property": hotel.slug,
        "way": answer.route,
        "reason": answer.reason,
        "status": "complete",
    }
    before = REGISTRY.get_sample_value("concierge_answers_total", labels) or 0
    ask(hotel)
    assert REGISTRY.get_sample_value("concierge_answers_total", labels) == before + 1


def test_every_stage_is_measured(hotel: Property) -> None:
    answer = ask(hotel)
    stages = {"understand", "cache", "menus", "embed", "database", "rank", "route"}
    assert stages <= set(answer.watch.timings_ms)
    for stage in stages:
        labels = {"stage": stage, "way": answer.route}
        assert REGISTRY.get_sample_value("concierge_stage_seconds_count", labels)


def test_each_of_several_questions_is_measured(hotel: Property) -> None:
    labels = {"property": hotel.slug, "outcome": "miss"}
    before = REGISTRY.get_sample_value("concierge_cache_lookups_total", labels) or 0
    assert ask(hotel, "What time is breakfast, and can I bring my dog?").reason == "several"
    assert REGISTRY.get_sample_value("concierge_cache_lookups_total", labels) == before + 2


def test_one_question_is_one_tree_of_spans(hotel: Property, spans: InMemorySpanExporter) -> None:
    spans.clear()
    answer = ask(hotel)
    finished = spans.get_finished_spans()
    question = next(span for span in finished if span.name == "question")
    stages = [span for span in finished if span.name != "question"]
    assert {"understand", "route"} <= {span.name for span in stages}
    assert question.attributes
    assert question.attributes["way"] == answer.route
    for span in stages:
        assert span.parent
        assert span.parent.span_id == question.context.span_id


def test_guests_words_are_in_no_metric_span_or_log(
    hotel: Property,
    spans: InMemorySpanExporter,
    caplog: pytest.LogCaptureFixture,
    settings: Any,
    client: Client,
) -> None:
    settings.METRICS_TOKEN = "secret"
    spans.clear()
    with caplog.at_level(logging.DEBUG):
        ask(hotel)
    metrics = client.get("/metrics", headers={"Authorization": "Bearer secret"}).content.decode()
    seen = [metrics, caplog.text, *(span.to_json() for span in spans.get_finished_spans())]
    assert "concierge_answers_total" in metrics
    assert "answered property=lakeside" in caplog.text
    assert not [text for text in seen if "Zebulon" in text or "breakfast" in text.lower()]


def test_a_log_line_for_machines_has_fields(
    hotel: Property, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "concierge.answers"):
        answer = ask(hotel)
    line = json.loads(JsonFormatter("%(message)s").format(caplog.records[-1]))
    assert line["way"] == answer.route
    assert line["property"] == "lakeside"


def test_the_apis_circuit_and_budget_are_shown_once_it_was_asked(
    generated: Property, settings: Any, client: Client
) -> None:
    settings.METRICS_TOKEN = "secret"
    # The discard port: nobody listens.
    settings.LLM_BACKENDS = backends_with(settings, "http://127.0.0.1:9/v1")
    generated.router_threshold = 0.0
    for attempt in range(5):
        assert ask(generated, f"When is breakfast served on day {attempt}?").route == "local"
    shown = client.get("/metrics", headers={"Authorization": "Bearer secret"}).content.decode()
    close_backends()
    assert 'concierge_breaker_state{property="lakeside"} 2.0' in shown
    assert 'concierge_budget_share{property="lakeside"}' in shown
    assert 'concierge_fallbacks_total{way="api",why="refused"}' in shown


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer wrong", "Basic secret"])
def test_metrics_are_for_whoever_knows_the_token(client: Client, settings: Any, shown: str) -> None:
    settings.METRICS_TOKEN = "secret"
    assert client.get("/metrics", headers={"Authorization": shown}).status_code == 404


def test_without_a_token_there_are_no_metrics(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
