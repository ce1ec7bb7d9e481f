"""The folder of a new release: the adapter, its manifest, and the card for people."""

import importlib.metadata
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llm.backends.gguf import PACKAGE, PACKAGED_FILE
from llm.backends.manifest import MEASURES, Scores, sha256
from llm.backends.releases import ADAPTER, CARD, MANIFEST
from llm.training.rows import Row

if TYPE_CHECKING:
    from llm.training.finetune import Recipe

_TOOLS = ("torch", "transformers", "peft", "gguf", "llama-cpp-python")
_LICENCE = "Apache-2.0, as the base"
_DATA_LICENCES = (
    "DSTC9 Apache-2.0, DSTC11 CDLA-Sharing-1.0 (questions only), NLU++ CC-BY-4.0, "
    "all else the project's own"
)


def write_release(
    folder: Path, adapter: Path, base: Path, recipe: "Recipe", rows: Sequence[Row]
) -> None:
    """`adapter`, taught `rows` by `recipe`, as the release `folder`; the manifest comes last.

    Before that the folder counts for none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(adapter, folder / ADAPTER)
    manifest = {
        "name": folder.name,
        "base": {"package": PACKAGE, "file": PACKAGED_FILE, "sha256": sha256(base)},
        "files": {ADAPTER: sha256(folder / ADAPTER)},
        "rank": recipe.rank,
        "alpha": recipe.alpha,
        "recipe": asdict(recipe),
        "data": {
            "rows": len(rows),
            "kinds": dict(Counter(row.kind for row in rows).most_common()),
            "licences": _DATA_LICENCES,
        },
        "licence": _LICENCE,
        "tools": {tool: importlib.metadata.version(tool) for tool in _TOOLS},
    }
    _write(folder, manifest)


def record_scores(folder: Path, scores: Scores) -> None:
    """Into the manifest of the release in `folder`, and into its card."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    _write(folder, manifest | {"scores": scores.model_dump()})


def _write(folder: Path, manifest: dict[str, Any]) -> None:
    (folder / CARD).write_text(card(manifest), encoding="utf-8")
    partial = folder / f"{MANIFEST}.partial"
    partial.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    partial.replace(folder / MANIFEST)


def card(manifest: dict[str, Any]) -> str:
    """In Markdown, for people, all that `manifest` says."""
    base, data = manifest["base"], manifest["data"]
    return "\n".join(
        [
            f"# {manifest['name']}",
            "",
            f"A LoRA adapter (rank {manifest['rank']}, alpha {manifest['alpha']}) for "
            f"`{base['file']}` of the PyPI package `{base['package']}`. It answers a guest's "
            "question in English from up to three notes of the property's staff, or says that it "
            "does not know. It was taught nothing else. Its answers pass the guard before a guest "
            "reads them.",
            "",
            f"Licence: {manifest['licence']}. Data: {data['licences']}.",
            "",
            *_table("Scores on the test, as served", _scores(manifest.get("scores"))),
            *_table("Rows that it learnt from", data["kinds"] | {"all": data["rows"]}),
            *_table("Settings", manifest["recipe"]),
            *_table("SHA-256", {base["file"]: base["sha256"]} | manifest["files"]),
            *_table("Made with", manifest["tools"]),
        ]
    )


def _scores(scores: dict[str, Any] | None) -> dict[str, str]:
    if scores is None:
        return {"not measured yet": "`manage.py evaluate_model --release … --record`"}
    measured = {words: f"{scores[name]:.1%}" for name, (words, _) in MEASURES.items()}
    return {"test": scores["test"]} | measured


def _table(title: str, values: dict[str, Any]) -> list[str]:
    lines = [f"| {name} | {'' if value is None else value} |" for name, value in values.items()]
    return [f"## {title}", "", "| | |", "|---|---|", *lines, ""]
