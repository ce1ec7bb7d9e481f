"""The tests' settings, with a model that speaks slowly enough to be interrupted."""

from tests.settings import *  # noqa: F403
from tests.settings import LLM_BACKENDS, MIDDLEWARE

SECONDS_A_WORD = 0.05

LLM_BACKENDS["dummy"]["DELAY"] = SECONDS_A_WORD
MIDDLEWARE = ["tests.browser.content_types.forget_numbers", *MIDDLEWARE]
