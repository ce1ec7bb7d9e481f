"""What is in the way of a start: one clear line, exit code 1, and nothing damaged."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.stack.product import LONGEST_WAIT, REPOSITORY, environment, free_port, manage


def assert_refused(var: Path, reason: str, **variables: str) -> None:
    refused = manage(var, "start", **variables)
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1, refused.stderr
    assert refused.stderr.startswith("concierge: ")
    assert reason in refused.stderr


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert_refused(tmp_path / "var", f"port {port} on 127.0.0.1 cannot be used", PORT=str(port))
    assert not (tmp_path / "var" / "postgres").exists()


def test_a_file_in_place_of_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("somebody's notes")
    assert_refused(tmp_path / "var", "cannot be written to")
    assert (tmp_path / "var").read_text() == "somebody's notes"


def test_a_data_folder_where_nobody_may_write() -> None:
    assert_refused(Path("/proc/concierge"), "cannot be written to")


def test_a_database_of_another_version(var: Path) -> None:
    (var / "postgres" / "PG_VERSION").write_text("16\n")
    before = contents(var / "postgres")
    assert_refused(var, "was written by Postgres 16, and this is Postgres 18")
    assert contents(var / "postgres") == before


def test_a_folder_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "var" / "postgres").mkdir(parents=True)
    (tmp_path / "var" / "postgres" / "notes").write_text("somebody's notes")
    assert_refused(tmp_path / "var", "holds no Postgres database")
    assert (tmp_path / "var" / "postgres" / "notes").read_text() == "somebody's notes"


def test_a_postgres_that_does_not_start(var: Path) -> None:
    with (var / "postgres" / "postgresql.conf").open("a") as file:
        file.write("shared_preload_libraries = 'nothing_like_it'\n")
    assert_refused(var, "postgres did not start: ")


def test_a_valkey_that_does_not_start(var: Path) -> None:
    manifest = var / "valkey" / "appendonlydir" / "appendonly.aof.manifest"
    manifest.write_text("no manifest\n")
    assert_refused(var, "valkey did not start: ")
    assert manifest.read_text() == "no manifest\n"


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none"),
        ("REDIS_URL", "redis://127.0.0.1:9/0"),
    ],
)
def test_a_server_of_ones_own_that_is_not_there(var: Path, variable: str, url: str) -> None:
    assert_refused(var, f"does not answer ({variable}): ", **{variable: url})


START_WITHOUT_A_NAME = """
import os, sys
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "concierge.settings"
django.setup()
import concierge.management.commands.start  # while it may still read everything
os.setgid(12345)
os.setuid(12345)
import manage
sys.argv = ["manage.py", "start"]
manage.main()
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_a_user_without_a_name() -> None:
    """As in OpenShift's containers."""
    with TemporaryDirectory(prefix="concierge-") as folder:
        os.chown(folder, 12345, 12345)
        refused = subprocess.run(
            [sys.executable, "-c", START_WITHOUT_A_NAME],
            cwd=REPOSITORY,
            env=environment(Path(folder) / "var", free_port()) | {"SECRET_KEY": "given"},
            capture_output=True,
            text=True,
            timeout=LONGEST_WAIT,
            check=False,
        )
    assert refused.returncode == 1
    assert refused.stderr.startswith("concierge: the user id 12345 has no entry in /etc/passwd")
    assert refused.stderr.count("\n") == 1, refused.stderr
