import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.product import Product, copy_folder, started


@pytest.fixture(scope="session")
def used_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The data folder of a product that ran once and was stopped. The run's workers share it."""
    mine = tmp_path_factory.getbasetemp()
    folder = mine if worker_id == "master" else mine.parent
    var = folder / "used"
    with (folder / "used.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "used.made").exists():
            shutil.rmtree(var, ignore_errors=True)
            with started(var):
                pass
            (folder / "used.made").touch()
    return var


@pytest.fixture
def var(used_folder: Path, tmp_path: Path) -> Path:
    return copy_folder(used_folder, tmp_path / "var")


@pytest.fixture(scope="module")
def product(used_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    var = copy_folder(used_folder, tmp_path_factory.mktemp("product") / "var")
    with started(var) as running:
        yield running
