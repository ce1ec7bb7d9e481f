"""`manage.py evaluate FOLDER`: the whole product is asked a desk's questions, and judged."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from faq.models import Faq
from properties.models import Property

pytestmark = pytest.mark.django_db(transaction=True)

INN: dict[str, Any] = {
    "id": "inn",
    "kind": "hotel",
    "name": "The Inn",
    "language": "en",
    "faqs": [
        {"id": "dogs", "question": "Can I bring my dog?", "answer": "Dogs are welcome."},
        {"id": "breakfast", "question": "What time is breakfast?", "answer": "From 7:00 to 10:00."},
    ],
}
BARN = {**INN, "id": "barn", "name": "The Barn"}


def row(id_: str, text: str, kind: str, house: str = "inn", **gold: Any) -> dict[str, Any]:
    said = {"id": id_, "property": house, "language": "en", "question": text, "kind": kind}
    return {**said, "history": [], "style": ["terse"], "gold": gold}


DOGS = row("1", "May my dog come along?", "answer", any=[["faq", "dogs"]], say=[["welcome"]])
CUP = row("2", "Who won the world cup in 1998?", "none", near=[])
FIRE = row("3", "There is a fire in my room!", "handoff", reason="safety", urgent=True)
LOST = row("4", "When do you serve breakfast?", "answer", any=[["faq", "pool"]], say=[["noon"]])
AT_BARN = row("5", "When do you serve breakfast?", "answer", "barn", any=[["faq", "breakfast"]])
ALL = (DOGS, CUP, FIRE, LOST, AT_BARN)


def desk(folder: Path, *questions: Any, houses: tuple[Any, ...] = (INN, BARN)) -> Path:
    for name, rows in (("properties.jsonl", houses), ("questions.jsonl", questions)):
        lines = [each if isinstance(each, str) else json.dumps(each) for each in rows]
        (folder / name).write_text("\n".join(lines) + "\n")
    return folder


def evaluate(*args: Any) -> str:
    out = StringIO()
    call_command("evaluate", *args, stdout=out)
    return out.getvalue()


def judged(folder: Path, *args: Any) -> dict[str, Any]:
    out = folder / "out.json"
    evaluate(folder, "--json", out, *args)
    report: dict[str, Any] = json.loads(out.read_text())
    return report


def test_each_question_gets_its_verdict(tmp_path: Path) -> None:
    report = judged(desk(tmp_path, *ALL))
    verdicts = {each["id"]: each["verdict"] for each in report["outcomes"]}
    assert verdicts == {"1": "right", "2": "right", "3": "right", "4": "wrong", "5": "right"}
    assert report["right"] == 0.8
    assert report["tables"]["kind"]["answer"] == {"right": 2, "wrong": 1}
    assert report["tables"]["way"]["handoff/safety"] == {"right": 1}


def test_the_tables_end_with_how_much_was_right(tmp_path: Path) -> None:
    text = evaluate(desk(tmp_path, *ALL))
    assert [line for line in text.splitlines() if line.startswith("by ")] == [
        "by kind",
        "by kind and language",
        "by language",
        "by style",
        "by way",
    ]
    assert text.splitlines()[-1] == "right .80 of 5"


def test_houses_are_imported_and_those_that_exist_are_asked_as_they_stand(tmp_path: Path) -> None:
    text = evaluate(desk(tmp_path, DOGS, AT_BARN))
    assert "imported: inn, barn\n" in text
    assert not any(faq.is_stale() for faq in Faq.objects.all())
    Faq.objects.filter(property__slug="inn", external_id="dogs").edit(answer="No dogs at all.")
    text = evaluate(tmp_path, "--houses", "inn")
    assert "there already, asked as they stand: inn\n" in text
    assert Faq.objects.get(property__slug="inn", external_id="dogs").answer == "No dogs at all."
    assert text.endswith("right .00 of 1\n")


def test_only_the_houses_that_are_asked_are_imported(tmp_path: Path) -> None:
    assert judged(desk(tmp_path, *ALL), "--houses", "barn")["questions"] == 1
    assert list(Property.objects.values_list("slug", flat=True)) == ["barn"]


def test_the_houses_kept_aside_are_those_of_the_training(tmp_path: Path) -> None:
    aside = {**INN, "id": "salt-skerry"}
    folder = desk(tmp_path, DOGS, {**CUP, "property": "salt-skerry"}, houses=(INN, aside))
    assert [each["id"] for each in judged(folder, "--aside")["outcomes"]] == ["2"]


def test_a_limit_chooses_the_same_questions_each_time(tmp_path: Path) -> None:
    def asked(*questions: Any) -> list[str]:
        report = judged(desk(tmp_path, *questions), "--limit", "2")
        return [each["id"] for each in report["outcomes"]]

    assert len(asked(*ALL)) == 2
    assert asked(*ALL) == asked(*ALL[::-1])


def test_guests_words_are_written_only_where_they_are_asked_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    desk(tmp_path, DOGS)
    page = tmp_path / "page.html"
    judged(tmp_path, "--page", page)
    written = [(tmp_path / "out.json").read_text(), page.read_text(), caplog.text]
    assert not any("dog come along" in each for each in [*written, *capfd.readouterr()])
    [outcome] = judged(tmp_path, "--texts")["outcomes"]
    assert (outcome["question"], outcome["answer"]) == (DOGS["question"], "Dogs are welcome.")


def test_the_page_holds_all_that_it_shows(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    evaluate(desk(tmp_path, *ALL, {**DOGS, "id": "6", "style": ["<b>"]}), "--page", page)
    html = page.read_text()
    assert html.count("<svg") == 3
    assert "right: 3 of 4, 75%" in html
    assert "&lt;b&gt;" in html
    assert "<td><b>" not in html
    assert not any(each in html for each in ("http:", "https:", "src=", "<link", "<script"))


def test_nobody_is_given_what_was_cached_before(tmp_path: Path) -> None:
    desk(tmp_path, DOGS)
    ways = [judged(tmp_path)["tables"]["way"] for _ in range(2)]
    assert ways[0] == ways[1]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{", "Invalid JSON"),
        ("[]", "line: "),
        ({**DOGS, "property": "nowhere"}, "no house 'nowhere' in properties.jsonl"),
        ({**DOGS, "question": " "}, "The question is empty"),
        ({**DOGS, "kind": "riddle"}, "kind: "),
        ({**DOGS, "gold": {}}, "lacks `any` or `all`"),
        ({**DOGS, "history": [["U", "Hello"]]}, "history.0.0: "),
        (DOGS, "the id '1' stands more than once"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_done(tmp_path: Path, bad: Any, reason: str) -> None:
    with pytest.raises(CommandError) as error:
        judged(desk(tmp_path, DOGS, bad))
    assert "questions.jsonl:2: " in str(error.value)
    assert reason in str(error.value)
    assert "dog come along" not in str(error.value)
    assert not Property.objects.exists()
    assert not (tmp_path / "out.json").exists()


def test_a_bad_house_is_named_and_none_is_imported(tmp_path: Path) -> None:
    folder = desk(tmp_path, DOGS, AT_BARN, houses=(INN, {**BARN, "kind": "boat"}))
    with pytest.raises(CommandError, match=r"properties\.jsonl:2: kind"):
        evaluate(folder)
    desk(tmp_path, DOGS, AT_BARN, houses=(INN, {**BARN, "name": "The \0 Barn"}))
    with pytest.raises(CommandError, match="barn: the database refuses it"):
        evaluate(folder)
    assert not Property.objects.exists()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--houses", "inn,attic"], "There is no house attic"),
        (["--aside"], "No question of the folder is about these houses"),
        (["--limit", "0"], "no number of questions"),
        (["--houses", "inn", "--aside"], "not allowed with"),
        (["--texts"], "--json"),
        (["--without-history"], "--without-history is for a file"),
        (["--page", "/nowhere/page.html"], "no file can be written there"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is(
    tmp_path: Path, options: list[str], reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        evaluate(desk(tmp_path, *ALL), *options)
    assert not Property.objects.exists()


def test_a_folder_that_is_no_desk_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"properties\.jsonl: No such file"):
        evaluate(tmp_path)
    with pytest.raises(CommandError, match=r"questions\.jsonl holds nothing"):
        evaluate(desk(tmp_path))


def test_a_file_takes_no_options_of_a_folder(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--limit is for a folder"):
        evaluate(tmp_path / "cases.jsonl", "--limit", "1")
