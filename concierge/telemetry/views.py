import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from concierge.telemetry import gauges


def metrics(request: HttpRequest) -> HttpResponse:
    """For whoever shows METRICS_TOKEN; without one there is nothing here."""
    shown = request.headers.get("Authorization", "")
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not hmac.compare_digest(shown.encode(), expected.encode()):
        raise Http404
    gauges.refresh()
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
