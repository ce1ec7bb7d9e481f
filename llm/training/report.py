"""What an evaluation found, as numbers, as two Markdown tables and as the scores of a release."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from llm.backends.manifest import Scores
from llm.training.evaluate import Examined, Outcome

PEOPLE = ("people", "reworded", "missed", "unanswerable")
"""The kinds that the numbers of a release are measured on; all others are of our own making."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Shares are None where there is nothing to take them of.

    Unsupported answers, invented figures and wrong polarity are shares of the answers given, the
    last where the fact is known; `refusals` of the questions that no note answers,
    `false_refusals` of those that one does. `as_person` is the share of the wrong polarity that a
    person answered alike: there the reference is as doubtful as the answer.
    """

    rows: int
    unsupported: float | None
    figures: float | None
    wrong_polarity: float | None
    as_person: float | None
    refusals: float | None
    false_refusals: float | None
    rouge_l: float | None
    rouge_l_short: float | None
    language: float | None
    words: float | None
    first_token_ms: float | None


def people(run: Examined) -> list[Outcome]:
    """The answers that the numbers of a release are taken of."""
    return [each for each in run.outcomes if each.row.kind in PEOPLE]


def by_kind(run: Examined) -> dict[str, list[Outcome]]:
    """The answers of each kind of row, the kinds as they first come."""
    kinds = dict.fromkeys(each.row.kind for each in run.outcomes)
    return {kind: [each for each in run.outcomes if each.row.kind == kind] for kind in kinds}


def as_json(run: Examined) -> dict[str, Any]:
    """Its numbers, and every answer for a person to read."""
    return {
        "model": run.model,
        "way": run.way,
        "tokens_per_second": round(run.tokens_per_second, 1),
        "people": asdict(summary(people(run))),
        "kinds": {kind: asdict(summary(found)) for kind, found in by_kind(run).items()},
        "rows": [each.as_json() for each in run.outcomes],
    }


def summary(outcomes: Sequence[Outcome]) -> Summary:
    """Of any answers of one run; a "missed" row counts neither as answerable nor as not."""
    given = [each for each in outcomes if not each.refused]
    answerable = [each for each in outcomes if each.row.gold is not None]
    unanswerable = [
        each for each in outcomes if each.row.kind != "missed" and each.row.gold is None
    ]
    wrong = [each for each in given if each.verdict.wrong_polarity]
    first = [
        each.completion.first_token_ms
        for each in outcomes
        if each.completion and each.completion.first_token_ms is not None
    ]
    return Summary(
        rows=len(outcomes),
        unsupported=_share(given, lambda each: each.verdict.unsupported),
        figures=_share(given, lambda each: bool(each.verdict.figures)),
        wrong_polarity=_share(
            [each for each in given if each.row.gold is not None],
            lambda each: each.verdict.wrong_polarity,
        ),
        as_person=_share(wrong, lambda each: not each.verdict.other_than_person),
        refusals=_share(unanswerable, lambda each: each.refused),
        false_refusals=_share(answerable, lambda each: each.refused),
        rouge_l=_mean(each.rouge for each in answerable),
        rouge_l_short=_mean(each.rouge_short for each in answerable),
        language=_share(given, lambda each: each.language == each.row.question.language),
        words=_mean(len(each.answer.split()) for each in given),
        first_token_ms=statistics.median(first) if first else None,
    )


def scores(runs: Sequence[Examined], model: str, test: str) -> Scores:
    """What `model`'s manifest keeps: its numbers as it is served, on the rows of people.

    Raises `ValueError` where the test holds no row that one of them is of.
    """
    served = next(run for run in runs if run.model == model and run.way == "served")
    found = summary(people(served))
    kept = Scores.model_fields.keys() & asdict(found).keys()
    return Scores.model_validate({"test": test} | {key: getattr(found, key) for key in kept})


def as_markdown(runs: Sequence[Examined]) -> str:
    """Two tables: the models, and each of them by the kind of row."""
    return f"{_table(_MODELS, _model_rows(runs))}\n\n{_table(_KINDS, _kind_rows(runs))}"


_MODELS = (
    "model", "as", "unsupported", "invented figures", "wrong polarity", "of it as people",
    "refused rightly", "refused wrongly", "ROUGE-L", "without small talk", "English", "words",
    "tokens/s", "first token",
)  # fmt: skip
_KINDS = (
    "model", "as", "kind", "rows", "unsupported", "invented figures", "wrong polarity",
    "refused rightly", "refused wrongly", "ROUGE-L",
)  # fmt: skip


def _model_rows(runs: Iterable[Examined]) -> Iterable[Sequence[str]]:
    for run in runs:
        found = summary(people(run))
        yield (
            run.model,
            run.way,
            _percent(found.unsupported),
            _percent(found.figures),
            _percent(found.wrong_polarity),
            _percent(found.as_person),
            _percent(found.refusals),
            _percent(found.false_refusals),
            _decimals(found.rouge_l),
            _decimals(found.rouge_l_short),
            _percent(found.language),
            "–" if found.words is None else f"{found.words:.1f}",
            f"{run.tokens_per_second:.0f}",
            "–" if found.first_token_ms is None else f"{found.first_token_ms:.0f} ms",
        )


def _kind_rows(runs: Iterable[Examined]) -> Iterable[Sequence[str]]:
    for run in runs:
        for kind, outcomes in by_kind(run).items():
            found = summary(outcomes)
            yield (
                run.model,
                run.way,
                kind,
                str(found.rows),
                _percent(found.unsupported),
                _percent(found.figures),
                _percent(found.wrong_polarity),
                _percent(found.refusals),
                _percent(found.false_refusals),
                _decimals(found.rouge_l_short),
            )


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _share(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> float | None:
    return sum(map(holds, outcomes)) / len(outcomes) if outcomes else None


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return statistics.fmean(found) if found else None


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _decimals(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
