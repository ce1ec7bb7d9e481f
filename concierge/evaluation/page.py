"""The report as one page that needs no other file: tables, and pictures drawn as SVG."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string

from concierge.evaluation.curve import Point
from concierge.evaluation.judging import VERDICTS, Verdict
from concierge.evaluation.report import Report, Table, in_order, verdicts_of

COLOURS: Mapping[Verdict, str] = {
    "right": "#2e7d32",
    "partly": "#9ccc65",
    "nearest": "#26a69a",
    "hedged": "#fdd835",
    "needless": "#ffb300",
    "missed": "#8d6e63",
    "promise": "#fb8c00",
    "wrong_nearest": "#f48fb1",
    "wrong": "#e53935",
    "invented": "#ad1457",
    "false_alarm": "#8e24aa",
    "unsafe": "#212121",
    "error": "#90a4ae",
}
BARS_WIDE, BAR_HIGH, BAR_APART = 600, 22, 30
CURVE_WIDE, CURVE_HIGH = 400, 240
"""Units of the pictures' own; they are scaled to the page."""


@dataclass(frozen=True)
class Piece:
    """A rectangle of a bar, in units of the picture."""

    x: str
    width: str
    colour: str
    says: str


@dataclass(frozen=True)
class Bar:
    name: str
    total: int
    y: int
    pieces: Sequence[Piece]

    @property
    def middle(self) -> int:
        return self.y + BAR_HIGH // 2


@dataclass(frozen=True)
class Line:
    name: str
    colour: str
    points: str


def page(report: Report, sure: Iterable[float]) -> str:
    """`sure` are the thresholds in effect at the houses."""
    tables = report.tables()
    drawn = {name: _lines(points) for name, points in report.curves().items() if points}
    context = {
        "summary": report.summary(),
        "milliseconds": report.milliseconds(),
        "fallbacks": report.fallbacks().most_common(),
        "legend": [
            (verdict, COLOURS[verdict], VERDICTS[verdict])
            for verdict in verdicts_of(tables.values())
        ],
        "bars": _bars(tables["kind"]),
        "bars_high": len(tables["kind"]) * BAR_APART,
        "tables": [(name, verdicts_of([table]), _rows(table)) for name, table in tables.items()],
        "curves": drawn,
        "marks": [f"{each * CURVE_WIDE:.1f}" for each in sorted(set(sure))],
        "tenths": [(f"{n * CURVE_WIDE / 10:.1f}", f".{n}") for n in range(2, 10, 2)],
        "levels": [(f"{CURVE_HIGH * (1 - n / 4):.1f}", f"{n * 25} %") for n in range(5)],
    }
    return render_to_string("evaluation/page.html", context)


def _bars(table: Table) -> list[Bar]:
    return [
        Bar(name, counts.total(), n * BAR_APART, list(_pieces(counts)))
        for n, (name, counts) in enumerate(in_order(table))
    ]


def _pieces(counts: Mapping[Verdict, int]) -> Iterable[Piece]:
    total, before = sum(counts.values()), 0
    for verdict in VERDICTS:
        if n := counts.get(verdict, 0):
            x, width = (BARS_WIDE * each / total for each in (before, n))
            says = f"{verdict}: {n} of {total}, {n / total:.0%}"
            yield Piece(f"{x:.1f}", f"{width:.1f}", COLOURS[verdict], says)
            before += n


def _rows(table: Table) -> list[tuple[str, int, list[tuple[str, int]]]]:
    """A row's name, its size, and for each verdict of the table its share and number."""
    columns = verdicts_of([table])
    return [
        (name, counts.total(), [_cell(counts[each], counts.total()) for each in columns])
        for name, counts in in_order(table)
    ]


def _cell(n: int, total: int) -> tuple[str, int]:
    return (f"{n / total:.0%}" if n else "", n)


def _lines(points: Sequence[Point]) -> list[Line]:
    """Without what never happens: nothing is right where no text answers."""
    shares = {
        ("right", COLOURS["right"]): [each.right for each in points],
        ("wrong", COLOURS["wrong"]): [each.wrong for each in points],
        ("declined", COLOURS["needless"]): [each.declined for each in points],
    }
    steps = [each.threshold for each in points]
    return [
        Line(name, colour, _path(zip(steps, values, strict=True)))
        for (name, colour), values in shares.items()
        if any(values)
    ]


def _path(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x * CURVE_WIDE:.1f},{(1 - y) * CURVE_HIGH:.1f}" for x, y in points)
