"""An answer given before, found again: ours beside GPTCache's, in one run.

    python benchmarks/cache.py ../shared/data/dstc9/properties.jsonl --peer PEER_VENV/bin/python

The questions of the data's FAQs are the cached ones. Ours is asked as a guest's question is: with
the hop to a thread, for the same words (`exact`) and past Valkey (`similar`: embed, then search
cache and content in one round trip). The sides take turns. Then the near misses and paraphrases of
tests/retrieval are put to both: each first question is cached, the second asked.
"""

import argparse
import asyncio
import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from concierge.stack import throwaway

PAIRS = Path(__file__).resolve().parent.parent / "tests" / "retrieval"
ENTRIES = 1_000
NOT_COUNTED = 20


def main() -> None:
    options = arguments()
    with throwaway() as stack:
        os.environ.update(stack.environment)
        os.environ.update(LLM_BACKEND="dummy")
        os.environ["DJANGO_SETTINGS_MODULE"] = "concierge.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("import_content", str(options.properties))
        with Peer(options.peer) as peer:
            asyncio.run(compare(peer, options.samples))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("properties", type=Path)
    parser.add_argument("--peer", required=True, help="the peer's python")
    parser.add_argument("--samples", type=int, default=600)
    return parser.parse_args()


class Peer:
    """A process that answers a JSON line with a JSON line."""

    def __init__(self, python: str) -> None:
        script = Path(__file__).parent / "peers" / "gptcache_cache.py"
        self._process = subprocess.Popen(
            [python, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def put(self, question: str) -> None:
        self._ask({"put": question})

    def get(self, question: str) -> tuple[float, str | None]:
        reply = self._ask({"get": question})
        return float(reply["ms"]), reply["found"]

    def _ask(self, line: dict[str, str]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()
        reply = self._process.stdout.readline()
        if not reply:
            sys.exit("The peer ended; see its message above.")
        answer: dict[str, Any] = json.loads(reply)
        return answer


class Ours:
    """The cache as the pipeline uses it."""

    def __init__(self) -> None:
        from channels.db import database_sync_to_async

        from concierge.valkey import valkey
        from retrieval import cache
        from retrieval.search import search

        self._cache = cache
        self._redis = valkey()
        self._search = database_sync_to_async(search, thread_sensitive=False)
        self._is_current = database_sync_to_async(cache.is_current, thread_sensitive=False)

    async def put(self, property_: Any, question: str, language: str = "en") -> None:
        result = await self._find(property_, question, language)
        if result.slot:  # else known already
            await self._cache.store(self._redis, result.slot, question, self._answer(result))

    async def exact(self, property_: Any, question: str) -> bool:
        found = await self._cache.exact(self._redis, self._key(property_, "en"), question)
        return found is not None and await self._is_current(found, property_.pk)

    async def similar(self, property_: Any, question: str, language: str = "en") -> bool:
        return (await self._find(property_, question, language)).cached is not None

    async def either(self, property_: Any, question: str, language: str) -> bool:
        key = self._key(property_, language)
        return bool(await self._cache.exact(self._redis, key, question)) or await self.similar(
            property_, question, language
        )

    async def _find(self, property_: Any, question: str, language: str) -> Any:
        return await self._search(
            property_.pk,
            question,
            property_name=property_.name,
            content_language="en",
            key=self._key(property_, language),
        )

    def _key(self, property_: Any, language: str) -> Any:
        return self._cache.Key(property_.pk, "guest", language, "benchmark")

    def _answer(self, result: Any) -> Any:
        sources = [{"type": hit.kind, "title": hit.title} for hit in result.hits[:1]]
        text = "Breakfast is served from 7:00 to 10:30 in the winter garden."
        version = result.slot.content_version
        return self._cache.Cached(text, sources, [], "SmolLM2", version)


async def compare(peer: Peer, samples: int) -> None:
    from faq.models import Faq

    ours = Ours()
    faqs = Faq.objects.select_related("property").order_by("external_id", "pk")
    asked = [(faq.property, faq.question) async for faq in faqs]
    asked = list({question: (property_, question) for property_, question in asked}.values())
    asked = asked[:ENTRIES]
    for property_, question in asked:
        await ours.put(property_, question)
        peer.put(question)
    print(f"{len(asked)} cached questions")
    times: dict[str, list[float]] = {"exact": [], "similar": [], "gptcache": []}
    for number, (property_, question) in enumerate(
        itertools.islice(itertools.cycle(asked), samples + NOT_COUNTED)
    ):
        taken = {
            "exact": await milliseconds(ours.exact(property_, question)),
            "similar": await milliseconds(ours.similar(property_, question)),
            "gptcache": peer.get(question)[0],
        }
        for side, value in taken.items():
            if number >= NOT_COUNTED:
                times[side].append(value)
    report(times)
    await judge(ours, peer)


async def milliseconds(found: Any) -> float:
    started = time.perf_counter()
    assert await found, "what was kept was not found"
    return (time.perf_counter() - started) * 1000


def report(times: dict[str, list[float]]) -> None:
    median = float(np.median(times["gptcache"]))
    for side, values in times.items():
        p50, p95, p99 = np.percentile(values, (50, 95, 99))
        print(
            f"{side:<9} n={len(values)} p50 {p50:6.2f} ms  p95 {p95:6.2f} ms  p99 {p99:6.2f} ms  "
            f"1/{median / p50:.1f} of gptcache's"
        )


async def judge(ours: Ours, peer: Peer) -> None:
    from properties.models import Property

    for table in ("near_misses", "paraphrases"):
        house = await Property.objects.acreate(slug=table.replace("_", "-"), name=table)
        rows = pairs(table)
        hits = {"ours": 0, "gptcache": 0}
        for number, (language, first, second) in enumerate(rows):
            # A property each: what another pair cached must not answer.
            house.pk, house.slug = None, f"{table.replace('_', '-')}-{number}"
            await house.asave()
            await ours.put(house, first, language)
            peer.put(first)
            hits["ours"] += await ours.either(house, second, language)
            hits["gptcache"] += peer.get(second)[1] is not None
        shares = "  ".join(f"{side} {n} ({n / len(rows):.1%})" for side, n in hits.items())
        print(f"{table}: of {len(rows)} pairs hit: {shares}")


def pairs(table: str) -> list[list[str]]:
    lines = (PAIRS / f"{table}.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines]


if __name__ == "__main__":
    main()
