"""The peer of engines.py: xllamacpp, llama.cpp's own server in process, asked line by line.

    python xllamacpp_engine.py MODEL.gguf GUESTS CONTEXT_TOKENS

    {"key": any, "prompt": [tokens], "max_tokens": n}
    → {"key": the same, "times": [milliseconds to the first token, to the end, tokens]}

Lines are answered side by side, in `GUESTS` slots with one pool of cells as ours has. Started by
engines.py with the interpreter of a virtual environment of its own (benchmarks/README.md).
"""

import json
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from xllamacpp import CommonParams, Server


def main() -> None:
    model, guests, context_tokens = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no reply
    params = CommonParams()
    params.model.path = model
    params.n_parallel = guests
    params.n_ctx = guests * context_tokens
    params.kv_unified = True
    params.verbosity = -1
    server = Server(params)
    writing = threading.Lock()

    def answer(line: str) -> None:
        asked = json.loads(line)
        reply = {"key": asked["key"], "times": ask(server, asked)}
        with writing:
            print(json.dumps(reply), file=replies, flush=True)

    with ThreadPoolExecutor(guests) as pool:
        for line in sys.stdin:
            pool.submit(answer, line)


def ask(server: Server, asked: dict[str, Any]) -> list[float]:
    started = time.perf_counter()
    first: list[float] = []
    tokens = 0

    def take(chunk: str) -> bool:
        nonlocal tokens
        told = json.loads(chunk)
        if told["choices"] and told["choices"][0]["text"]:
            first.append(time.perf_counter())
        tokens = told.get("usage", {}).get("completion_tokens", tokens)
        return False

    completion = {
        "prompt": asked["prompt"],
        "max_tokens": asked["max_tokens"],
        "temperature": 0,
        "stream": True,
        "stop": ["\n"],
    }
    server.handle_completions(json.dumps(completion), take)
    ended = time.perf_counter()
    return [(at - started) * 1000 for at in ((first or [ended])[0], ended)] + [tokens]


if __name__ == "__main__":
    main()
