"""`python -m concierge.engine`: the local model in a process of its own, on a Unix socket.

No management command: it needs neither the database nor any app, which would cost it a second and
77 MB.
"""

import asyncio
import faulthandler
import logging.config
import os
import signal
import sys
import time
from contextlib import AsyncExitStack

import uvloop
from django.conf import settings

from concierge.stack import StackError, folder, postgres
from llm.backends.server import SocketInUse, serving
from llm.base import Backend, ModelError
from llm.registry import get_backend

logger = logging.getLogger("concierge.engine")

SECONDS_TO_TAKE_OVER = 15


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concierge.settings")
    faulthandler.enable()  # A crash in native code says in the log where it happened.
    logging.config.dictConfig(settings.LOGGING)
    backend = get_backend("local")
    try:
        folder.make_private(settings.ENGINE_SOCKET.parent, postgres.system_user())
        uvloop.run(_serve(backend))
    except (StackError, SocketInUse, OSError) as error:
        sys.exit(f"concierge: {error}")
    finally:
        backend.close()


async def _serve(backend: Backend) -> None:
    """Until it is told to stop. Who asks while the model is still loading waits for it."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        await _take_socket(stack, backend)
        try:
            await asyncio.to_thread(backend.warm_up)
            logger.info("%s is ready on %s", backend.model_id, settings.ENGINE_SOCKET)
        except ModelError as error:
            logger.error("The model is not available, so others answer in its place: %s", error)
        await stop.wait()


async def _take_socket(stack: AsyncExitStack, backend: Backend) -> None:
    """The engine of a start that was killed may still be about to end."""
    until = time.monotonic() + SECONDS_TO_TAKE_OVER
    while True:
        try:
            await stack.enter_async_context(serving(backend, settings.ENGINE_SOCKET))
            return
        except SocketInUse:
            if time.monotonic() > until:
                raise
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    main()
