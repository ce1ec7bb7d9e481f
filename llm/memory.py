"""What a guest and the concierge said last, in Valkey, for the next question to lean on.

One value a conversation: its last turns, as JSON, sealed with AES-GCM under a key of the property.
The conversation's id is bound to the seal, so a value copied to another key does not open there.
Guests who write in the same moment share a trip to Valkey (`Batch`). A memory that fails is an
empty one: the chat goes on without it.
"""

import functools
import logging
import os
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from redis.asyncio import Redis
from redis.exceptions import RedisError

from llm.base import Turn
from llm.batching import Batch

_FORGOTTEN = b""
# MSET knows no expiry, and what was forgotten is not to be remembered again.
_PUT = """
local kept = {}
for i, key in ipairs(KEYS) do
  local value = ARGV[i + 2]
  if value == '' then
    redis.call('SET', key, '', 'EX', ARGV[2])
    kept[i] = 1
  elseif redis.call('GET', key) == '' then
    kept[i] = 0
  else
    redis.call('SET', key, value, 'EX', ARGV[1])
    kept[i] = 1
  end
end
return kept
"""

logger = logging.getLogger(__name__)
TURNS = 5
NONCE_BYTES = 12
"""As NIST SP 800-38D wants it; drawn anew for every value."""
FORGOTTEN_SECONDS = 24 * 3600
"""For which an empty value says that the conversation was erased. An answer in the making ends in
one minute; a page that stays open for longer learns it from the database."""


class Forgotten(Exception):
    """The conversation was erased: nothing is remembered of it any more."""


class Memory:
    """The conversations of all properties. One an event loop, as its `redis` is.

    `master_key` may be of any length and is never used itself; `ttl` is in seconds, counted from
    the last answer. Only `forget` raises if Valkey is out of reach.
    """

    def __init__(self, redis: Redis, master_key: str, ttl: int) -> None:
        self._put = redis.register_script(_PUT)
        self._read: Batch[bytes, Any] = Batch(redis.mget)
        self._write = Batch(self._write_all)
        self._master_key = master_key
        self._ttl = ttl

    async def recall(self, property_id: int, conversation: UUID | str) -> list[Turn]:
        """The last turns, oldest first; none if they are gone, foreign, or out of reach.

        Raises Forgotten after `forget`, for a day.
        """
        key = _key(property_id, conversation)
        try:
            sealed = await self._read(key)
        except (RedisError, OSError, TimeoutError) as error:
            logger.warning("No memory to read: %s", type(error).__name__)
            return []
        if sealed is None:
            return []
        if sealed == _FORGOTTEN:
            raise Forgotten
        try:
            return _turns(self._cipher(property_id).decrypt(*_opened(sealed), key))
        except (InvalidTag, ValueError, TypeError):
            logger.warning("The memory of a conversation of property %s is unreadable", property_id)
            return []

    async def remember(
        self, property_id: int, conversation: UUID | str, turns: Sequence[Turn]
    ) -> None:
        """Keep the last `TURNS` of `turns`, oldest first, in place of what was kept.

        Raises Forgotten after `forget`, also where that came in the same moment.
        """
        key = _key(property_id, conversation)
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + self._cipher(property_id).encrypt(nonce, _json(turns[-TURNS:]), key)
        try:
            kept = await self._write((key, sealed))
        except (RedisError, OSError, TimeoutError) as error:
            logger.warning("Nothing was remembered: %s", type(error).__name__)
            return
        if not kept:
            raise Forgotten

    async def forget(self, property_id: int, conversation: UUID | str) -> None:
        """Erase it now. Raises redis' errors: who asked for it must not be told that it is done."""
        await self._write((_key(property_id, conversation), _FORGOTTEN))

    async def _write_all(self, values: list[tuple[bytes, bytes]]) -> list[int]:
        keys, sealed = zip(*values, strict=True)
        kept: list[int] = await self._put(keys=keys, args=[self._ttl, FORGOTTEN_SECONDS, *sealed])
        return kept

    def _cipher(self, property_id: int) -> AESGCM:
        return _property_cipher(self._master_key, property_id)


@functools.lru_cache(maxsize=1024)
def _property_cipher(master_key: str, property_id: int) -> AESGCM:
    """RFC 5869, with the purpose and the property as context."""
    derive = HKDF(SHA256(), length=32, salt=None, info=b"conversation memory %d" % property_id)
    return AESGCM(derive.derive(master_key.encode()))


def _key(property_id: int, conversation: UUID | str) -> bytes:
    return f"memory:{property_id}:{conversation}".encode()


def _opened(sealed: bytes) -> tuple[bytes, bytes]:
    return sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]


def _json(turns: Sequence[Turn]) -> bytes:
    return orjson.dumps([tuple(turn) for turn in turns])


def _turns(plain: bytes) -> list[Turn]:
    return [
        Turn(question, answer, tuple(topics), menu)
        for question, answer, topics, menu in orjson.loads(plain)
    ]
