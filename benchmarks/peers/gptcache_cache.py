"""The peer of cache.py: GPTCache with SQLite and faiss, asked line by line.

Its similarity evaluation and threshold are its own defaults; its embedding is our encoder, so that
the caches are compared and not the models. Started by cache.py with the interpreter of a virtual
environment of its own (benchmarks/README.md).

    {"put": question}           → {}
    {"get": question}           → {"ms": milliseconds, "found": question or null}
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from gptcache import Cache
from gptcache.adapter.api import get, put
from gptcache.manager import CacheBase, VectorBase, get_data_manager
from gptcache.processor.pre import get_prompt
from gptcache.similarity_evaluation.distance import SearchDistanceEvaluation

from encoder import DIMENSIONS, encoder


def main() -> None:
    os.chdir(tempfile.mkdtemp())

    def embed(text: str, **_: Any) -> Any:
        return encoder().question(text)

    cache = Cache()
    cache.init(
        pre_embedding_func=get_prompt,
        embedding_func=embed,
        data_manager=get_data_manager(
            CacheBase("sqlite"), VectorBase("faiss", dimension=DIMENSIONS)
        ),
        similarity_evaluation=SearchDistanceEvaluation(),
    )
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no reply
    for line in sys.stdin:
        asked = json.loads(line)
        reply: dict[str, Any] = {}
        if "put" in asked:
            put(asked["put"], asked["put"], cache_obj=cache)
        else:
            started = time.perf_counter()
            found = get(asked["get"], cache_obj=cache)
            reply = {"ms": (time.perf_counter() - started) * 1000, "found": found}
        print(json.dumps(reply), file=replies, flush=True)


if __name__ == "__main__":
    main()
