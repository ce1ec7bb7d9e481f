"""The product's settings, with a model that speaks slowly enough to be interrupted."""

from concierge.settings import *  # noqa: F403
from concierge.settings import LLM_BACKENDS

SECONDS_A_WORD = 0.05

LLM_BACKENDS["dummy"]["DELAY"] = SECONDS_A_WORD
