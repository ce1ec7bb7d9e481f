"""Our engine, locked `llama_cpp.Llama`s and xllamacpp's server, taking turns in one run.

    python benchmarks/engines.py ../shared/data [--peer XLLAMACPP_VENV/bin/python]

All answer with the distilled model, get the same prompts as tokens, up to three notes each, and
write greedily to the end of the line. One `Llama` loads what its users would, the base as published
with the adapter beside it; the other and xllamacpp the file that we prepare from both. One guest
asks a question after the other; then eight do so at once, each as soon as the last answer is whole.
Ratios are what counts: the sides share whatever else the machine does. Answers differ in length, so
that of 20 tokens is reckoned: the first, and 19 times what each further token took.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

# As llm.backends has it, for all sides; read once, when llama.cpp is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

from llama_cpp import Llama  # noqa: E402

from llm.backends.gguf import packaged_model  # noqa: E402
from llm.backends.local import LocalBackend  # noqa: E402
from llm.backends.releases import first_good  # noqa: E402
from llm.base import Question, Source  # noqa: E402
from llm.local_prompt import chat_prompt, static_prefix  # noqa: E402

GUESTS = 8
CONTEXT_TOKENS = 1024
MAX_ANSWER_TOKENS = 40
ROUND = 3
"""Questions of each guest before it is the next side's turn."""


class Asked(NamedTuple):
    question: Question
    prompt: list[int]


class Times(NamedTuple):
    """Milliseconds to the first token and to the end, and how many tokens there were."""

    first: float
    total: float
    tokens: int

    @property
    def of_20_tokens(self) -> float:
        return self.first + 19 * (self.total - self.first) / (self.tokens - 1)


class Side(Protocol):
    def ask(self, asked: Asked) -> Times:
        """Called from as many threads as there are guests."""

    def close(self) -> None: ...


def main() -> None:
    options = arguments()
    release, model = first_good(options.models_dir)
    plain = Plain(model)
    sides: dict[str, Side] = {
        "ours": Ours(options.models_dir),
        "locked Llama": Plain(packaged_model(), release.adapter),
        "… our file": plain,
    }
    if options.peer:
        sides["xllamacpp"] = Peer(options.peer, model)
    else:
        print("xllamacpp is left out: no --peer given")
    asked = [
        Asked(question, plain.prompt(question))
        for question in questions(options.data, options.prompts)
    ]
    print(f"{model.name}, {len(asked)} questions, {os.cpu_count()} cores")
    lengths = [len(each.prompt) for each in asked]
    print("prompt tokens p5 {:.0f}  p50 {:.0f}  p95 {:.0f}".format(*spread(lengths, 5, 50, 95)))
    for guests in (1, GUESTS):
        report(guests, *measure(sides, asked, guests))
    for side in sides.values():
        side.close()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder that holds dstc9/")
    parser.add_argument("--peer", help="a python with xllamacpp")
    parser.add_argument("--prompts", type=int, default=500)
    parser.add_argument("--models-dir", type=Path, default=ROOT / "var" / "models")
    return parser.parse_args()


def questions(data: Path, count: int) -> Iterator[Question]:
    """People's questions with the fact that answers and up to two others of the property."""
    with (data / "dstc9" / "grounded_answers.jsonl").open() as file:
        rows = [json.loads(line) for line in file]
    facts = defaultdict(set)
    for row in rows:
        facts[row["property"]].add(row["fact"])
    chance = random.Random(0)
    for row in chance.sample(rows, count):
        others = sorted(facts[row["property"]] - {row["fact"]})
        notes = [row["fact"], *chance.sample(others, min(2, len(others)))]
        sources = tuple(Source("faq", note, "", note, 1.0, "en") for note in notes)
        yield Question(row["question"], "en", row["property"], sources)


class Ours:
    def __init__(self, models_dir: Path) -> None:
        self._backend = LocalBackend(
            "ours",
            models_dir=models_dir,
            context_tokens=CONTEXT_TOKENS,
            max_answer_tokens=MAX_ANSWER_TOKENS,
            max_wait=60.0,
        )
        self._backend.warm_up()

    def ask(self, asked: Asked) -> Times:
        return asyncio.run(self._ask(asked.question))

    async def _ask(self, question: Question) -> Times:
        clock = stopwatch()
        first = None
        async with self._backend.stream(question) as stream:
            async for _ in stream:
                first = first or clock()
        return Times(first or clock(), clock(), stream.completion.completion_tokens)

    def close(self) -> None:
        self._backend.close()


class Plain:
    """What llama-cpp-python's users do: one `Llama`, as it comes, behind a lock."""

    def __init__(self, model: Path, adapter: Path | None = None) -> None:
        lora = str(adapter) if adapter else None
        self._llama = Llama(str(model), n_ctx=CONTEXT_TOKENS, lora_path=lora, verbose=False)
        self._lock = threading.Lock()

    def prompt(self, question: Question) -> list[int]:
        prefix = static_prefix(self._tokenize)
        return chat_prompt(question, prefix, self._tokenize, CONTEXT_TOKENS).tokens

    def _tokenize(self, text: str, markup: bool) -> list[int]:
        return self._llama.tokenize(text.encode(), add_bos=False, special=markup)

    def ask(self, asked: Asked) -> Times:
        clock = stopwatch()
        first, tokens = None, 0
        with self._lock:
            chunks: Any = self._llama.create_completion(
                asked.prompt,
                temperature=0.0,
                max_tokens=MAX_ANSWER_TOKENS,
                stream=True,
                stop=["\n"],
            )
            for chunk in chunks:
                if chunk["choices"][0]["text"]:
                    first = first or clock()
                    tokens += 1
        return Times(first or clock(), clock(), tokens)

    def close(self) -> None:
        self._llama.close()


class Peer:
    """benchmarks/peers/xllamacpp_engine.py, which takes its own times."""

    def __init__(self, python: str, model: Path) -> None:
        script = Path(__file__).parent / "peers" / "xllamacpp_engine.py"
        command = [python, str(script), str(model), str(GUESTS), str(CONTEXT_TOKENS)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self._answers: dict[int, Future[Times]] = {}
        self._lock = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, asked: Asked) -> Times:
        answer: Future[Times] = Future()
        with self._lock:
            key = len(self._answers)
            self._answers[key] = answer
            line = {"key": key, "prompt": asked.prompt, "max_tokens": MAX_ANSWER_TOKENS}
            assert self._process.stdin
            self._process.stdin.write(json.dumps(line) + "\n")
        return answer.result()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            told = json.loads(line)
            self._answers[told["key"]].set_result(Times(*told["times"]))

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def measure(
    sides: dict[str, Side], asked: Sequence[Asked], guests: int
) -> tuple[dict[str, list[Times]], dict[str, float]]:
    """Every answer's times, and the seconds that all together took, of each side."""
    taken: dict[str, list[Times]] = {name: [] for name in sides}
    seconds = dict.fromkeys(sides, 0.0)
    with ThreadPoolExecutor(guests) as pool:
        for start in range(0, len(asked), guests * ROUND):
            for name, side in sides.items():
                clock = stopwatch()
                times = list(pool.map(side.ask, asked[start : start + guests * ROUND]))
                if start:  # the first round warms up
                    seconds[name] += clock() / 1000
                    taken[name] += times
    return taken, seconds


def report(guests: int, taken: dict[str, list[Times]], seconds: dict[str, float]) -> None:
    print(f"\n{guests} at once" if guests > 1 else "\none guest")
    for name, times in taken.items():
        first = spread([each.first for each in times], 50, 95)
        whole = spread([each.of_20_tokens for each in times if each.tokens > 4], 50)
        print(
            f"{name:>14}: {len(times) / seconds[name]:6.2f} answers/s"
            f"   first token p50 {first[0]:6.0f}  p95 {first[1]:6.0f} ms"
            f"   20 tokens p50 {whole[0]:6.0f} ms"
            f"   {np.mean([each.tokens for each in times]):.1f} tokens each"
        )
    ours = taken.pop("ours")
    for name, times in taken.items():
        faster = (len(ours) / seconds["ours"]) / (len(times) / seconds[name])
        medians = [np.median([each.first for each in side]) for side in (times, ours)]
        print(
            f"ours to {name}: {faster:.2f} x answers/s, first token p50"
            f" {medians[0] / medians[1]:.2f} x sooner"
        )


def spread(values: Sequence[float], *percentiles: int) -> Any:
    return np.percentile(values, percentiles)


def stopwatch() -> Callable[[], float]:
    started = time.perf_counter()
    return lambda: (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
