from pathlib import Path

import pytest

from concierge.stack import StackError, addresses, broker_url, secret_key
from concierge.stack.addresses import LONGEST_SOCKET_PATH
from concierge.stack.folder import make_private


def test_sockets_stay_in_the_data_folder_where_their_path_fits() -> None:
    assert addresses(Path("/srv/concierge/var")).sockets == Path("/srv/concierge/var/run")


def test_a_deep_clone_gets_short_sockets_of_its_own() -> None:
    deep, other = Path("/srv") / ("a" * 100), Path("/srv") / ("b" * 100)
    assert len(f"{addresses(deep).sockets}/.s.PGSQL.5432.lock") <= LONGEST_SOCKET_PATH
    assert addresses(deep).sockets == addresses(deep).sockets
    assert addresses(deep).sockets != addresses(other).sockets


@pytest.mark.parametrize(
    ("redis_url", "broker"),
    [
        ("unix:///run/valkey.sock?db=0", "redis+socket:///run/valkey.sock?virtual_host=0"),
        ("redis://redis:6379/1", "redis://redis:6379/1"),
    ],
)
def test_celery_gets_its_own_spelling_of_a_socket(redis_url: str, broker: str) -> None:
    assert broker_url(redis_url) == broker


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = secret_key(tmp_path / "var")
    assert secret_key(tmp_path / "var") == first
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_sockets_are_not_put_where_a_stranger_could_wait_for_them(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "run").symlink_to(elsewhere)
    with pytest.raises(StackError, match="belongs to another user"):
        make_private(tmp_path / "run", owner=None)
