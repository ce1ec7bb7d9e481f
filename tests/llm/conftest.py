from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from llm.backends.gguf import prepared_model
from llm.backends.local import LocalBackend


@pytest.fixture(scope="session")
def model_path() -> Path:
    return prepared_model(Path(str(settings.LLM_BACKENDS["local"]["MODELS_DIR"])))


@pytest.fixture(scope="session")
def local(model_path: Path) -> Iterator[LocalBackend]:
    """The one real model of the run, warm."""
    backend = LocalBackend("local", models_dir=model_path.parent)
    backend.warm_up()
    yield backend
    backend.close()
