from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.product import Product, copy_folder, started


@pytest.fixture(scope="session")
def used_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a product that ran once and was stopped."""
    var = tmp_path_factory.mktemp("stack") / "used"
    with started(var):
        pass
    return var


@pytest.fixture
def var(used_folder: Path, tmp_path: Path) -> Path:
    return copy_folder(used_folder, tmp_path / "var")


@pytest.fixture(scope="module")
def product(used_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    var = copy_folder(used_folder, tmp_path_factory.mktemp("product") / "var")
    with started(var) as running:
        yield running
