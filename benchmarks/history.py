"""What the history costs an import, and what undoing it takes.

    python benchmarks/history.py [--rows 10000] [--rounds 3]

Imports as many FAQs, then the same with each answer changed, with the history's triggers and
without them, interleaved on one throwaway Postgres. Nothing is embedded: that is the same for both.
"""

import argparse
import json
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    from concierge.stack import throwaway

    with throwaway() as stack:
        os.environ |= {**stack.environment, "DJANGO_SETTINGS_MODULE": "concierge.settings"}
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        report(measure(options.rows, options.rounds), options.rows)


def measure(rows: int, rounds: int) -> dict[str, list[float]]:
    import pgtrigger

    from concierge.importing import import_row, parse_line
    from faq.models import Faq
    from properties.models import Property

    taken = defaultdict(list)
    Property.objects.create(slug="house", name="House", kind="hotel")
    for round_ in range(rounds):
        for side in ("with", "without"):
            (pgtrigger.enable if side == "with" else pgtrigger.disable)()
            for verb, answer in (("new", "Yes."), ("changed", "No.")):
                line = parse_line(a_line(rows, f"{answer} {round_}"))
                taken[f"{verb}, {side}"].append(seconds(partial(import_row, line)))
            if side == "with":
                taken["undone"].append(seconds(undo_last))
            Faq.objects.all()._raw_delete("default")
    return taken


def undo_last() -> None:
    from django.contrib.auth.models import User

    from concierge.history.models import Change, RowChange
    from concierge.history.restoring import undo
    from concierge.history.steps import effects_of

    user, _ = User.objects.get_or_create(username="root", is_superuser=True)
    undo(effects_of(RowChange.objects.filter(change=Change.objects.latest("at"))), user)


def a_line(rows: int, answer: str) -> str:
    faqs = [
        {"id": str(number), "question": f"Is there a room {number}?", "answer": answer}
        for number in range(rows)
    ]
    return json.dumps({"id": "house", "kind": "hotel", "name": "House", "faqs": faqs})


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def report(taken: dict[str, list[float]], rows: int) -> None:
    median = {name: statistics.median(each) for name, each in taken.items()}
    for verb in ("new", "changed"):
        with_it, without = median[f"{verb}, with"], median[f"{verb}, without"]
        print(
            f"{rows} rows {verb}: {with_it:.1f} s with the history, {without:.1f} s without, "
            f"{with_it / without:.2f} x"
        )
    print(f"{rows} changes undone at once: {median['undone']:.1f} s")


if __name__ == "__main__":
    main()
