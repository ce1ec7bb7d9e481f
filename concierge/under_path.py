"""The path of PUBLIC_URL, if it has one: the whole product lives below it."""

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.urls import set_script_prefix

Scope = dict[str, Any]
Application = Callable[..., Awaitable[object]]


class UnderPath:
    """Lets a proxy pass the path on as it came, or cut it off first: both are served.

    Links are made with it either way. What asks the server itself, a health check above all, may
    leave it out too.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: object, send: object) -> object:
        path = settings.PUBLIC_ADDRESS.path
        if path and "path" in scope:
            # Django does this for pages only; a socket makes links, too.
            set_script_prefix(f"{path}/")
            scope = {**scope, "root_path": path, "path": _below(path, scope["path"])}
        return await self.application(scope, receive, send)


def _below(path: str, asked: str) -> str:
    is_below = asked == path or asked.startswith(f"{path}/")
    return asked if is_below else f"{path}{asked}"
