"""A table that another connection holds: who reads or writes it waits, as in a slow database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from django.db import connection


@asynccontextmanager
async def held(*tables: str) -> AsyncIterator[None]:
    settings = connection.settings_dict
    async with await psycopg.AsyncConnection.connect(
        dbname=settings["NAME"], user=settings["USER"], host=settings["HOST"]
    ) as holder:
        for table in tables:
            await holder.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
        await holder.rollback()
