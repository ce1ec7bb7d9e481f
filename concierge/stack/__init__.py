"""The embedded Postgres and Valkey, and the watch over every process of `manage.py start`.

Imports no Django: the settings ask here for the addresses of their neighbours.
"""

from concierge.stack.addresses import Stack, addresses, broker_url
from concierge.stack.errors import StackError
from concierge.stack.folder import admin_password, secret_key
from concierge.stack.servers import Servers
from concierge.stack.throwaway import throwaway
from concierge.stack.use import joined, running

__all__ = [
    "Servers",
    "Stack",
    "StackError",
    "addresses",
    "admin_password",
    "broker_url",
    "joined",
    "running",
    "secret_key",
    "throwaway",
]
