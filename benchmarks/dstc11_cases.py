"""DSTC11's turns that ask for an FAQ, as lines for `manage.py evaluate`, on standard output.

    python benchmarks/dstc11_cases.py ../shared/data/dstc11/turns.jsonl > var/dstc11.jsonl

A turn that names two properties is asked at each of them.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def cases(turns: Path) -> Iterator[dict[str, Any]]:
    for line in turns.read_text(encoding="utf-8").splitlines():
        turn = json.loads(line)
        right: dict[str, list[str]] = {}
        for piece in turn["knowledge"]:
            if piece["type"] == "faq":
                right.setdefault(piece["property"], []).append(piece["doc"])
        for property_, faqs in right.items():
            yield {
                "property": property_,
                "question": turn["question"],
                "faq": faqs,
                "history": turn["history"],
            }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("turns", type=Path)
    for case in cases(parser.parse_args().turns):
        print(json.dumps(case, ensure_ascii=False))
