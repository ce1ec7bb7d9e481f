import sys
from pathlib import Path

import pytest

from concierge.stack.process import Child
from concierge.stack.supervisor import SECONDS_TO_TRUST, Watched


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    child = Child("printer", [sys.executable, "-c", "print('x ERROR y')"], tmp_path / "x.log")
    return Watched(child, started=0)


def test_what_fails_for_days_is_tried_again_within_a_minute(watched: Watched) -> None:
    waits = [watched.plan_restart(now=0) for _ in range(5000)]
    assert waits == sorted(waits)
    assert waits[0] < 1
    assert waits[-1] < 60


def test_what_ran_well_for_long_is_restarted_soon(watched: Watched) -> None:
    first = watched.plan_restart(now=0)
    assert watched.plan_restart(now=0) > first
    assert watched.plan_restart(now=SECONDS_TO_TRUST + 1) == first


def test_an_error_in_a_log_is_shown_once(watched: Watched) -> None:
    assert watched.new_errors() == []
    watched.child.start()
    assert watched.child.process
    watched.child.process.wait()
    assert watched.new_errors() == ["x ERROR y"]
    assert watched.new_errors() == []
    watched.child.log.unlink()
    assert watched.new_errors() == []
