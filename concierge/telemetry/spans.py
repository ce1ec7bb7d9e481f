"""OpenTelemetry spans that follow one question from the socket to the model.

Spans are started with their parent named, not made current: an answer is written by an async
generator, whose steps run in whatever context asks for the next one.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Span, StatusCode

from concierge.version import __version__

TRACER = trace.get_tracer("concierge", __version__)
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


def start_span(name: str, parent: Span | None = None) -> Span:
    context = trace.set_span_in_context(parent) if parent is not None else None
    return TRACER.start_span(name, context)


@contextmanager
def child_span(name: str, parent: Span) -> Iterator[Span]:
    """A span below `parent` for the time of a block; an error marks it, without its message."""
    span = start_span(name, parent)
    try:
        yield span
    except Exception as error:
        span.set_status(StatusCode.ERROR, type(error).__name__)
        raise
    finally:
        span.end()


def export_spans() -> None:
    """Send spans to the collector that OpenTelemetry's own variables name; off without one."""
    if not os.environ.get(ENDPOINT):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise SystemExit(
            f"concierge: {ENDPOINT} is set, which needs: pip install 'concierge[tracing]'"
        ) from error
    provider = TracerProvider(resource=Resource.create({"service.name": "concierge"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
