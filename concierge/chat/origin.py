"""Only our own pages may open a guest's socket."""

from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host

Scope = dict[str, object]


class OwnOriginOnly:
    """Denies a socket whose Origin is neither PUBLIC_URL's nor that of the host it connects to."""

    def __init__(self, application: object) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: object, send: object) -> object:
        application = self.application if is_own(scope) else WebsocketDenier()
        return await application(scope, receive, send)  # type: ignore[operator]


def is_own(scope: Scope) -> bool:
    headers = dict(scope["headers"])  # type: ignore[call-overload]
    origin = urlsplit(headers.get(b"origin", b"").decode("latin-1"))
    if f"{origin.scheme}://{origin.netloc}" == settings.PUBLIC_ADDRESS.origin:
        return True
    host = headers.get(b"host", b"").decode("latin-1")
    known = validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)
    return known and origin.scheme in {"http", "https"} and origin.netloc == host
