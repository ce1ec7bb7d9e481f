"""The commands that everyone evaluates the product with."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from faq.models import Faq
from menus.models import Item, ItemAllergen, Menu
from properties.models import Property, QRCode
from recommendations.models import Recommendation
from retrieval.models import OutboxEntry

pytestmark = pytest.mark.django_db

INN: dict[str, Any] = {
    "id": "inn",
    "kind": "hotel",
    "name": "The Inn",
    "faqs": [
        {"id": "1", "question": "Can I bring my dog?", "answer": "Dogs are welcome."},
        {"id": "2", "question": "What time is breakfast?", "answer": "From 7:00 to 10:00."},
    ],
    "menus": [
        {
            "name": "Dinner",
            "sections": [
                {
                    "name": "Mains",
                    "items": [
                        {
                            "id": "curry",
                            "name": "Lentil curry",
                            "price": 17.5,
                            "allergens": {"milk": "contains", "nuts": "verified_free"},
                            "diets": ["vegetarian"],
                            "from": "18:00",
                        }
                    ],
                }
            ],
        }
    ],
    "recommendations": [
        {"id": "pier", "name": "The pier", "category": "sight", "url": "https://pier.example.com/"}
    ],
}


def write(path: Path, *lines: Any) -> Path:
    file = path / "content.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("\n".join(texts) + "\n")
    return file


def run(*args: Any) -> str:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


@pytest.fixture
def inn(tmp_path: Path) -> Path:
    file = write(tmp_path, INN)
    run("import_content", file)
    return file


def test_an_import_brings_every_kind_of_content_ready_to_answer(inn: Path) -> None:
    assert Property.objects.get().slug == "inn"
    assert set(Faq.objects.values_list("external_id", flat=True)) == {"1", "2"}
    assert str(Item.objects.get().price) == "17.50"
    assert ItemAllergen.objects.count() == 2
    assert "Contains milk." in Item.objects.get().document_body
    assert (Item.objects.get().document_card or {})["allergens"]["verified_free"] == ["Nuts"]
    assert Recommendation.objects.get().external_id == "pier"
    assert not OutboxEntry.objects.exists()
    assert not any(faq.is_stale() for faq in Faq.objects.all())


def test_importing_twice_changes_nothing(inn: Path) -> None:
    def state() -> list[Any]:
        models = (Property, Faq, Item, ItemAllergen, Recommendation)
        return [list(model.objects.order_by("pk").values()) for model in models]

    before = state()
    assert "0 new, 0 changed, 4 unchanged" in run("import_content", inn)
    assert repr(state()) == repr(before)


def test_an_import_changes_what_reads_differently_and_leaves_the_rest(
    inn: Path, tmp_path: Path
) -> None:
    faqs = [{"id": "1", "question": "Can I bring my dog?", "answer": "No pets at all."}]
    report = run("import_content", write(tmp_path, {**INN, "faqs": faqs}))
    assert "0 new, 1 changed, 2 unchanged" in report
    assert Faq.objects.get(external_id="1").answer == "No pets at all."
    assert Faq.objects.filter(external_id="2").exists()


def test_an_import_leaves_alone_what_the_file_does_not_name(inn: Path) -> None:
    Item.objects.all().edit(sold_out=True, description="Mild.")
    Faq.objects.filter(external_id="1").edit(published=False)
    assert "0 changed" in run("import_content", inn)
    assert Item.objects.get().sold_out
    assert Item.objects.get().description == "Mild."


def test_a_menu_with_an_id_may_be_renamed(inn: Path, tmp_path: Path) -> None:
    for name in ("Dinner", "Supper"):
        menus = [{**INN["menus"][0], "id": "m", "name": name}]
        run("import_content", write(tmp_path, {**INN, "menus": menus}))
    assert Menu.objects.get().name == "Supper"
    assert "Supper" in Item.objects.get().document_body


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{", "not JSON"),
        ("[1]", "line:"),
        ({**INN, "id": "a b"}, "id:"),
        ({**INN, "kind": "boat"}, "kind:"),
        ({**INN, "name": " "}, "name:"),
        ({**INN, "time_zone": "Mars/Base"}, "time_zone:"),
        ({**INN, "fags": []}, "fags:"),
        ({**INN, "faqs": [{"id": "1", "question": "?", "answer": ""}]}, "faqs.0.answer"),
        ({**INN, "faqs": [INN["faqs"][0], INN["faqs"][0]]}, "more than once"),
        (json.dumps(INN).replace("17.5", "-1"), "price"),
        (json.dumps(INN).replace("17.5", '"1e99"'), "price"),
        (json.dumps(INN).replace('"contains"', '"perhaps"'), "allergens.milk"),
        (json.dumps(INN).replace('"milk"', '"dairy"'), "allergens.dairy"),
        (json.dumps(INN).replace("https://pier", "javascript:pier"), "url"),
        ("[" * 100_000, "not JSON"),
        (json.dumps(INN).replace('"price": 17.5', '"price": ' + "9" * 5000), "not JSON"),
        ({**INN, "name": "The \0 Inn"}, "the database refuses"),
    ],
)
def test_a_bad_line_is_reported_with_its_number_and_the_rest_is_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], bad: Any, reason: str
) -> None:
    good = {**INN, "id": "good"}
    with pytest.raises(CommandError, match="1 of 2 lines"):
        run("import_content", write(tmp_path, bad, good))
    reported = capsys.readouterr().err
    assert "content.jsonl:1: " in reported
    assert reason in reported
    assert list(Property.objects.values_list("slug", flat=True)) == ["good"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="missing"):
        run("import_content", tmp_path / "missing.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'{"name": "Caf\xe9"}')
    with pytest.raises(CommandError, match="UTF-8"):
        run("import_content", tmp_path / "latin.jsonl")


def test_the_demo_is_loaded_whole_and_twice_is_harmless(db: None) -> None:
    run("load_demo")
    codes = set(QRCode.objects.values_list("code", flat=True))
    run("load_demo")
    assert set(QRCode.objects.values_list("code", flat=True)) == codes
    assert Faq.objects.filter(property__slug="demo").count() >= 30


@pytest.mark.django_db(transaction=True)
def test_ask_names_the_faq_and_how_it_was_answered(inn: Path) -> None:
    answer = json.loads(run("ask", "inn", "May my dog come along?", "--json"))
    assert answer["sources"][0] | {"score": 0} == {
        "type": "faq",
        "external_id": "1",
        "title": "Can I bring my dog?",
        "score": 0,
    }
    assert answer["answer"] == "Dogs are welcome."
    assert (answer["route"], answer["reason"]) == ("curated", "sure")
    assert answer["status"] == "complete"
    assert {"embed", "database", "total"} <= set(answer["timings_ms"])
    assert "Dogs are welcome." in run("ask", "inn", "May my dog come along?")


def test_ask_says_what_is_wrong(inn: Path) -> None:
    with pytest.raises(CommandError, match="nowhere"):
        run("ask", "nowhere", "Hello?")
    with pytest.raises(CommandError, match="empty"):
        run("ask", "inn", " ")
    with pytest.raises(CommandError, match="1000"):
        run("ask", "inn", "a" * 1001)


def test_evaluate_reports_recall_and_percentiles(inn: Path, tmp_path: Path) -> None:
    cases = write(
        tmp_path,
        {"property": "inn", "question": "May my dog come along?", "faq": "1", "history": []},
        {"property": "inn", "question": "When do you serve breakfast?", "faq": ["2"]},
        {"property": "inn", "question": "When do you serve breakfast?", "faq": "1"},
        {"property": "inn", "question": "Who won the world cup?", "faq": None},
    )
    text = run("evaluate", cases, "--json", tmp_path / "out.json")
    report = json.loads((tmp_path / "out.json").read_text())
    assert report["answerable"] == 3
    assert report["recall@1"] == pytest.approx(2 / 3, abs=1e-4)
    assert report["recall@5"] == 1.0
    assert report["mrr"] == pytest.approx((1 + 1 + 1 / 2) / 3, abs=1e-4)
    assert report["declined"] == {"answerable": 0.0, "unanswerable": 1.0}
    assert set(report["stages_ms"]["search"]) == {"p50", "p95", "p99"}
    assert "recall@1" in text


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[]",
        {"property": "inn"},
        {"property": ["inn"], "question": "?"},
        {"property": "no", "question": "?"},
        {"property": "inn", "question": "?", "history": [1]},
    ],
)
def test_evaluate_names_a_bad_line_and_asks_the_rest(inn: Path, tmp_path: Path, bad: Any) -> None:
    good = {"property": "inn", "question": "May my dog come along?", "faq": "1"}
    out = tmp_path / "out.json"
    with pytest.raises(CommandError, match=r"content\.jsonl:1: "):
        run("evaluate", write(tmp_path, bad, good), "--json", out)
    assert json.loads(out.read_text())["questions"] == 1


def test_reindex_embeds_again_and_names_an_unknown_property(inn: Path) -> None:
    Faq.objects.first()
    assert "4 texts of 1 properties" in run("reindex", "inn")
    assert not OutboxEntry.objects.exists()
    with pytest.raises(CommandError, match="nowhere"):
        run("reindex", "nowhere")
