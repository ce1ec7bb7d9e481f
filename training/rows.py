"""Several short texts share a row, each seeing itself only.

No padding is computed, and the matrices are multiplied in few large pieces, which takes a CPU half
the time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from transformers import BertModel

ROWS_AT_ONCE = 20
"""What stays near the processor: twice as many take longer, not shorter."""


@dataclass
class Row:
    """Texts that share a row, by their numbers."""

    texts: list[int] = field(default_factory=list)
    length: int = 0


def states(
    model: BertModel, pieces: Sequence[Sequence[int]], longest: int, padding: int
) -> Iterator[tuple[list[int], torch.Tensor, torch.Tensor]]:
    """The model's last states of texts given as pieces, each of at most `longest`.

    Yields part by part the numbers of some texts, the states of all their pieces, of shape
    (pieces, dimensions), and for each piece which of the texts it is of.
    """
    rows = _shared(pieces, longest)
    # One autocast around all: the weights are turned into bf16 once.
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for at in range(0, len(rows), ROWS_AT_ONCE):
            yield _states(model, pieces, rows[at : at + ROWS_AT_ONCE], padding)


def _states(
    model: BertModel, pieces: Sequence[Sequence[int]], rows: Sequence[Row], padding: int
) -> tuple[list[int], torch.Tensor, torch.Tensor]:
    ids = torch.full((len(rows), max(row.length for row in rows)), padding)
    places, owners = torch.zeros_like(ids), torch.full_like(ids, -1)
    texts = [text for row in rows for text in row.texts]
    owner = {text: number for number, text in enumerate(texts)}
    for number, row in enumerate(rows):
        start = 0
        for text in row.texts:
            end = start + len(pieces[text])
            ids[number, start:end] = torch.tensor(pieces[text])
            places[number, start:end] = torch.arange(end - start)
            owners[number, start:end] = owner[text]
            start = end
    itself = (owners[:, :, None] == owners[:, None, :]).long()
    found = model(ids, attention_mask=itself, position_ids=places).last_hidden_state
    there = owners >= 0
    return texts, found[there].float(), owners[there]


def _shared(pieces: Sequence[Sequence[int]], longest: int) -> list[Row]:
    """Each text in the first row that has room for it, the longest first."""
    rows: list[Row] = []
    for text in sorted(range(len(pieces)), key=lambda each: -len(pieces[each])):
        length = len(pieces[text])
        row = next((each for each in rows if each.length + length <= longest), None)
        if row is None:
            rows.append(row := Row())
        row.texts.append(text)
        row.length += length
    return rows


def means(found: torch.Tensor, owners: torch.Tensor) -> torch.Tensor:
    """The mean state of each text, of shape (texts, dimensions)."""
    lengths = torch.bincount(owners)
    sums = torch.zeros(len(lengths), found.shape[-1]).index_add(0, owners, found)
    return sums / lengths[:, None]


def firsts(found: torch.Tensor, owners: torch.Tensor) -> torch.Tensor:
    """The state of each text's first piece, of shape (texts, dimensions)."""
    begins = torch.cat([torch.tensor([True]), owners[1:] != owners[:-1]])
    return found[begins]
