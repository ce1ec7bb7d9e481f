"""Our local model beside a plain `llama_cpp.Llama`, interleaved in one run: one guest who asks.

    python benchmarks/first_token.py ../shared/data

Both get the same prompts, one source each, and answer greedily. The peer loads the GGUF as
published and streams `create_chat_completion`. Prints milliseconds to the first token and to the
end of the answer; the ratios are what counts, both sides share whatever else the machine does.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from llama_cpp import Llama  # noqa: E402

from llm.backends.gguf import packaged_model  # noqa: E402
from llm.backends.local import LocalBackend  # noqa: E402
from llm.base import Question, Source  # noqa: E402
from llm.prompts import EXAMPLES, INSTRUCTION, question_with_notes  # noqa: E402

CONTEXT_TOKENS = 1024
MAX_ANSWER_TOKENS = 96
WARM_UP = 5

Times = tuple[float, float]
"""Milliseconds to the first token and to the end of the answer."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder that holds dstc9/")
    parser.add_argument("--prompts", type=int, default=300)
    parser.add_argument("--models-dir", type=Path, default=ROOT / "var" / "models")
    options = parser.parse_args()
    ours = LocalBackend(
        "local",
        models_dir=options.models_dir,
        context_tokens=CONTEXT_TOKENS,
        max_answer_tokens=MAX_ANSWER_TOKENS,
    )
    ours.warm_up()
    peer = Llama(str(packaged_model()), n_ctx=CONTEXT_TOKENS, verbose=False)
    taken: dict[str, list[Times]] = {"ours": [], "peer": []}
    for row in questions(options.data, options.prompts + WARM_UP):
        taken["ours"].append(asyncio.run(ask_ours(ours, row)))
        taken["peer"].append(ask_peer(peer, row))
    ours.close()
    report({name: np.array(times[WARM_UP:]) for name, times in taken.items()})


def questions(data: Path, count: int) -> list[dict[str, str]]:
    with (data / "dstc9" / "grounded_answers.jsonl").open() as file:
        rows = [json.loads(line) for line in file]
    return random.Random(0).sample(rows, count)


async def ask_ours(backend: LocalBackend, row: dict[str, str]) -> Times:
    source = Source("faq", row["faq"], "", row["fact"], 1.0, "en")
    question = Question(row["question"], "en", row["property"], (source,))
    clock = stopwatch()
    async with backend.stream(question) as stream:
        await anext(stream)
        first = clock()
        async for _ in stream:
            pass
    return first, clock()


def ask_peer(llama: Llama, row: dict[str, str]) -> Times:
    clock = stopwatch()
    chunks: Any = llama.create_chat_completion(
        messages(row), temperature=0.0, max_tokens=MAX_ANSWER_TOKENS, stream=True, stop=["\n"]
    )
    first = None
    for chunk in chunks:
        if first is None and chunk["choices"][0]["delta"].get("content"):
            first = clock()
    return first or clock(), clock()


def messages(row: dict[str, str]) -> list[Any]:
    turns = [{"role": "system", "content": INSTRUCTION}]
    for question, note in EXAMPLES:
        turns.append({"role": "user", "content": question_with_notes(question, [note])})
        turns.append({"role": "assistant", "content": note})
    asked = question_with_notes(row["question"], [row["fact"]])
    return [*turns, {"role": "user", "content": asked}]


def stopwatch() -> Callable[[], float]:
    started = time.perf_counter()
    return lambda: (time.perf_counter() - started) * 1000


def report(taken: dict[str, Any]) -> None:
    print(f"{len(taken['ours'])} questions, {os.cpu_count()} cores")
    for column, what in enumerate(("first token", "whole answer")):
        spread = {
            name: np.percentile(times[:, column], [50, 95, 99]) for name, times in taken.items()
        }
        for name, (p50, p95, p99) in spread.items():
            print(f"{what}  {name}: p50 {p50:.0f} ms  p95 {p95:.0f}  p99 {p99:.0f}")
        ratios = spread["peer"] / spread["ours"]
        print("{}  ratio: p50 {:.1f}  p95 {:.1f}  p99 {:.1f}".format(what, *ratios))


if __name__ == "__main__":
    main()
