import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from concierge.stack import addresses
from tests.stack.product import (
    REPOSITORY,
    environment,
    free_port,
    manage,
    runs,
    started,
    wait_until,
)

COUNT = "from properties.models import Property; print(Property.objects.count(), flush=True)"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_and_the_data_is_kept(var: Path, number: signal.Signals) -> None:
    password = (var / "admin_password").read_text().strip()
    with started(var) as product:
        assert product.line("Staff").endswith(f"password {password}")
        assert "Loading the demo hotel." not in product.said()
        everyone = product.processes()
        assert product.end(number) == 0
        assert not [process for process in everyone if runs(process)]


def test_even_a_killed_start_leaves_no_process(var: Path) -> None:
    with started(var) as product:
        everyone = product.processes()
        product.end(signal.SIGKILL)
        wait_until(lambda: not any(runs(process) for process in everyone), "all have ended")
    assert manage(var, "shell", "-v0", "-c", COUNT).stdout == "1\n"


def test_a_command_runs_the_servers_it_needs_and_stops_them(var: Path) -> None:
    assert manage(var, "shell", "-v0", "-c", COUNT).stdout == "1\n"
    assert not (var / "postgres" / "postmaster.pid").exists()


def test_a_command_works_on_a_new_folder_however_deep(tmp_path: Path) -> None:
    deep = tmp_path / ("deep" * 25)
    assert manage(deep, "shell", "-v0", "-c", COUNT).stdout == "0\n"
    addresses(deep).sockets.rmdir()  # They did not fit into the folder, and were in another.


def test_a_command_keeps_the_servers_up_for_another_that_shares_them(var: Path) -> None:
    with waiting_command(var) as runs_them, waiting_command(var) as shares_them:
        assert told_to_count(runs_them) == "1\n"
        assert told_to_count(shares_them) == "1\n"
    assert (runs_them.returncode, shares_them.returncode) == (0, 0)
    assert not (var / "postgres" / "postmaster.pid").exists()


@contextmanager
def waiting_command(var: Path) -> Iterator[subprocess.Popen[str]]:
    count_when_told = f"print('ready', flush=True); input(); {COUNT}"
    with subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-v0", "-c", count_when_told],
        cwd=REPOSITORY,
        env=environment(var, free_port()),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process


def told_to_count(process: subprocess.Popen[str]) -> str:
    assert process.stdin
    assert process.stdout
    process.stdin.write("now\n")
    process.stdin.flush()
    return process.stdout.readline()
