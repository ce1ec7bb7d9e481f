"""Requests' bodies: how large they may be, and how long those are that do not say so.

A body that comes in chunks (a proxy that streams, `curl -H 'Transfer-Encoding: chunked'`) names no
length, and both Django's multipart parser and REST framework take that for no body at all. Django
has read it to its end by then, so its length is known here.
"""

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import IO, Any

from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.http import HttpResponse
from django.http.response import HttpResponseBase

MAX_BODY = 64 * 1024 * 1024
"""Bytes. More than any form of ours takes, so that the form can say what it wants instead."""
TOO_LARGE = f"A request may have at most {MAX_BODY // 1024**2} MiB."


class BoundedHandler(ASGIHandler):
    async def read_body(self, receive: Callable[[], Awaitable[Mapping[str, Any]]]) -> IO[bytes]:
        """Of a body that is too large, no more than shows that it is."""
        size = 0

        async def receive_some() -> Mapping[str, Any]:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            return {**message, "more_body": False} if size > MAX_BODY else message

        return await super().read_body(receive_some)

    def create_request(
        self, scope: Mapping[str, Any], body_file: IO[bytes]
    ) -> tuple[ASGIRequest, None] | tuple[None, HttpResponseBase]:
        size = body_file.seek(0, os.SEEK_END)
        body_file.seek(0)
        if size > MAX_BODY:
            return None, HttpResponse(TOO_LARGE, "text/plain", status=413)
        return super().create_request(_with_length(scope, size), body_file)


def _with_length(scope: Mapping[str, Any], size: int) -> Mapping[str, Any]:
    headers = scope.get("headers", [])
    if not size or any(name == b"content-length" for name, _ in headers):
        return scope
    return {**scope, "headers": [*headers, (b"content-length", str(size).encode())]}
