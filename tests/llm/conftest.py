from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from llm.backends.local import LocalBackend
from llm.backends.releases import first_good


@pytest.fixture(scope="session")
def model_path() -> Path:
    return first_good(Path(str(settings.LLM_BACKENDS["local"]["MODELS_DIR"])))[1]


@pytest.fixture(scope="session")
def local(model_path: Path) -> Iterator[LocalBackend]:
    """The one real model of the run, warm."""
    backend = LocalBackend("local", models_dir=model_path.parent)
    backend.warm_up()
    yield backend
    backend.close()
