"""What goes wrong with a model behind an API, as one `ModelError` with a word for it.

Never with the error's own text: a server may repeat the guest's words in it.
"""

import math
import time
from collections.abc import Mapping
from email.utils import mktime_tz, parsedate_tz

import openai

from llm.base import ModelError, Reason

CONTENT_FILTER = "content_filter"
"""A server's word for what its filter stopped: with status 400 a prompt, else an answer."""

_STATUSES: dict[int, Reason] = {
    401: "auth",
    403: "auth",
    404: "no_model",
    408: "server_error",
    409: "server_error",
    425: "server_error",
    429: "rate_limited",
}
_PASSING: frozenset[Reason] = frozenset({"server_error", "rate_limited"})


def error_in_asking(name: str, error: Exception) -> ModelError:
    """Before the server has said that it answers."""
    if isinstance(error, openai.APIStatusError):
        return _status_error(name, error)
    if isinstance(error, TimeoutError | openai.APITimeoutError):
        return _passing_error(name, "did not answer in time", "timeout")
    if isinstance(error, openai.APIConnectionError):
        return _passing_error(name, "could not be reached", "refused")
    return _passing_error(name, f"failed: {type(error).__name__}", "failed")


def error_in_answer(name: str, error: Exception, silence: Reason) -> ModelError:
    """While it answers; `silence` is the word for a deadline that passed."""
    if isinstance(error, ModelError):
        return error
    if isinstance(error, TimeoutError | openai.APITimeoutError):
        return _passing_error(name, "took too long", silence)
    if isinstance(error, openai.APIConnectionError):
        return _passing_error(name, "broke off", "cut")
    if isinstance(error, openai.OpenAIError):
        return _passing_error(name, "reported an error in its answer", "server_error")
    return _passing_error(name, f"sent no chat stream: {type(error).__name__}", "bad_answer")


def _status_error(name: str, error: openai.APIStatusError) -> ModelError:
    code = error.status_code
    reason = _STATUSES.get(code, "rejected" if code < 500 else "server_error")
    if error.code == CONTENT_FILTER:
        reason = "declined"
    return ModelError(
        f"The model {name} failed: status {code}",
        permanent=reason not in _PASSING,
        reason=reason,
        retry_after=seconds_to_wait(error.response.headers),
    )


def _passing_error(name: str, what: str, reason: Reason) -> ModelError:
    return ModelError(f"The model {name} {what}", permanent=False, reason=reason)


def seconds_to_wait(headers: Mapping[str, str]) -> float | None:
    """What a server asks for in Retry-After (RFC 9110, 10.2.3): seconds, or a date."""
    said = headers.get("retry-after", "")
    try:
        seconds = float(said)
    except ValueError:
        seconds = _seconds_until(said)
    return seconds if 0 < seconds < math.inf else None


def _seconds_until(date: str) -> float:
    try:
        parsed = parsedate_tz(date)
        return mktime_tz(parsed) - time.time() if parsed else 0.0
    except (ValueError, OverflowError):
        return 0.0
