"""One ASGI application: pages and API through Django, the guest's chat through Channels."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concierge.settings")

import django

django.setup(set_prefix=False)

# Django must be set up before anything below touches a model.
from channels.routing import ProtocolTypeRouter, URLRouter

from concierge.bodies import BoundedHandler
from concierge.chat import calls
from concierge.chat.origin import OwnOriginOnly
from concierge.chat.routing import websocket_urlpatterns
from concierge.chat.warmup import warm_up_in_background
from concierge.telemetry.spans import export_spans
from concierge.under_path import UnderPath

application = UnderPath(
    ProtocolTypeRouter(
        {
            "http": BoundedHandler(),
            "websocket": OwnOriginOnly(URLRouter(websocket_urlpatterns)),
        }
    )
)
export_spans()
warm_up_in_background()
calls.resume()
