"""Where the extra `train` is not installed."""

from importlib.util import find_spec

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.skipif(find_spec("torch") is not None, reason="the extra train is installed")
def test_training_says_what_to_install() -> None:
    with pytest.raises(CommandError, match=r"is missing: pip install -e \.\[train\]"):
        call_command("distill", smoke=True)
