"""What the pages count and quote is what the code says."""

import ast
import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from prometheus_client import REGISTRY

from concierge import bodies
from concierge.answering.catalogue import CATALOGUE
from concierge.api import parsers, serializers
from concierge.chat import protocol
from concierge.limits import buckets
from concierge.stack import product
from menus.allergens import Allergen

ROOT = Path(__file__).resolve().parent.parent
PAGES = ["README.md", "CONTRIBUTING.md", *(f"docs/{page.name}" for page in ROOT.glob("docs/*.md"))]
NUMBERS = {"five": 5, "ten": 10, "fourteen": 14, "a quarter of a second": 0.25}


def read(page: str) -> str:
    return (ROOT / page).read_text()


def number(written: str) -> float:
    return NUMBERS[written] if written in NUMBERS else float(written.replace(",", ""))


def languages_of_danger() -> int:
    return len(tomllib.loads(read("reading/danger_phrases.toml")).keys() - {"haste"})


MENU_LANGUAGES = [page for page in ROOT.glob("menus/words/*.toml") if len(page.stem) == 2]
FACTS = [
    ("README.md", r"safety lane\*\* in (\d+) languages", languages_of_danger()),
    ("docs/staff.md", r"recognised by fixed phrases in (\d+) languages", languages_of_danger()),
    ("README.md", r"fixed sentences in (\d+) languages", len(CATALOGUE)),
    ("docs/languages.md", r"one file a language, (\d+) of them", len(CATALOGUE)),
    ("README.md", r"in (\w+) languages, answered exactly", len(MENU_LANGUAGES)),
    ("README.md", r"the EU's (\w+)\s+allergens", len(Allergen)),
    ("docs/staff.md", r"the (\w+) allergens of EU Regulation", len(Allergen)),
    ("docs/staff.md", r"after (\w+) wrong passwords", settings.LIMITS["login"]["name"].size),
    ("docs/api.md", r"the guest's words, at most ([\d,]+) characters", protocol.MAX_QUESTION),
    ("docs/api.md", r"oldest first, at most (\w+) of", serializers.MAX_TURNS),
    ("docs/api.md", r"the body has more than (\d+) KiB", parsers.MAX_BODY / 1024),
    ("docs/api.md", r"`ASK_RATE` allows \((\d+) a minute", settings.LIMITS["ask"]["address"].size),
    ("docs/install.md", r"client_max_body_size (\d+)m;", bodies.MAX_BODY / 1024**2),
    ("docs/operate.md", r"the first request waits (a [\w ]+),", buckets.PATIENCE_SECONDS),
    (
        "docs/operate.md",
        r"one a second after that for (\d+) ms",
        buckets.PATIENCE_AFTERWARDS * 1000,
    ),
]


@pytest.mark.parametrize(("page", "pattern", "value"), FACTS, ids=[fact[1] for fact in FACTS])
def test_a_page_counts_what_the_code_holds(page: str, pattern: str, value: float) -> None:
    [written] = re.findall(pattern, read(page))
    assert number(written) == value


def test_the_page_speaks_as_often_as_the_docs_say() -> None:
    [milliseconds] = re.findall(r"PING_EVERY = ([\d_]+);", read("static/chat/connection.js"))
    [seconds] = re.findall(r"the page speaks every (\d+)", read("docs/embed.md"))
    assert int(milliseconds) == int(seconds) * 1000


def test_every_uvicorn_is_started_like_the_product_s() -> None:
    [shipped] = [option for option in product.WEB if option.startswith("--ws-max-size")]
    for page in [*PAGES, "docker-compose.yml"]:
        assert set(re.findall(r"--ws-max-size=\d+", read(page))) <= {shipped}, page
    assert shipped in read("docs/install.md")


def test_the_languages_that_are_named_are_those_of_the_catalogue() -> None:
    [named] = re.findall(r"\d+ of them: ([^.]+)\.", read("docs/languages.md"))
    assert len(named.split(",")) == len(CATALOGUE)


def test_the_table_of_commands_is_whole() -> None:
    ours = {name for name, where in get_commands().items() if where == "concierge"}
    table = read("README.md").partition("## Commands")[2].partition("\n## ")[0]
    told = re.findall(r"`(\w+)[^`]*`", "".join(re.findall(r"^\| ([^|]+)\|", table, re.MULTILINE)))
    assert set(told) == ours


def test_the_table_of_metrics_is_whole() -> None:
    kept = {
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for metric in REGISTRY.collect()
        if metric.name.startswith("concierge_")
    }
    told = re.findall(r"^\| `(concierge_\w+)`", read("docs/operate.md"), re.MULTILINE)
    assert sorted(told) == sorted(kept)


def test_each_setting_is_told_with_its_default() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", read("docs/settings.md"), re.MULTILINE)
    defaults = dict(_defaults())
    told = {name: value for name, value in rows if name in defaults}
    assert len(told) > 20
    assert told == {name: defaults[name] for name in told}


def _defaults() -> list[tuple[str, str]]:
    """Of each `env.kind("NAME", default)`, where the default is written down as a value."""
    calls = [
        call
        for call in ast.walk(ast.parse(read("concierge/settings.py")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("env.")
    ]
    found = []
    for call in calls:
        name, *default = call.args
        if isinstance(name, ast.Constant) and default and not _has_names(default[0]):
            value = eval(ast.unparse(default[0]), {"Decimal": Decimal})  # noqa: S307
            found.append(
                (str(name.value), str(value).lower() if isinstance(value, bool) else str(value))
            )
    return found


def _has_names(value: ast.expr) -> bool:
    names = {each.id for each in ast.walk(value) if isinstance(each, ast.Name)}
    return bool(names - {"Decimal"})


@pytest.mark.parametrize("page", PAGES)
def test_a_link_between_pages_leads_somewhere(page: str) -> None:
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", read(page)):
        there = (ROOT / page).parent / target if target else ROOT / page
        assert there.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", there.read_text(), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}
            assert anchor in slugs, f"{target}#{anchor}"
