"""Prometheus metrics of this process, served at /metrics (docs/operate.md lists them all)."""

from collections import deque
from collections.abc import Mapping

from prometheus_client import Counter, Gauge, Histogram

# A cached answer takes 3 ms, one from an API that limps along up to 15 s.
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)
LATEST = 500
"""Generated answers that the live share of the local model is taken from."""

ANSWERS = Counter(
    "concierge_answers", "Answers by who gave them.", ["property", "way", "reason", "status"]
)
ANSWER_SECONDS = Histogram(
    "concierge_answer_seconds", "From question to the answer's end.", ["way"], buckets=SECONDS
)
FIRST_TOKEN_SECONDS = Histogram(
    "concierge_first_token_seconds", "From question to the first word.", ["way"], buckets=SECONDS
)
STAGE_SECONDS = Histogram(
    "concierge_stage_seconds", "Each stage of an answer.", ["stage", "way"], buckets=SECONDS
)
CACHE_LOOKUPS = Counter(
    "concierge_cache_lookups", "Questions by what the cache held.", ["property", "outcome"]
)
GUARD_SENTENCES = Counter(
    "concierge_guard_sentences",
    "Sentences that a model wrote, by what the guard made of them: passed, or why replaced.",
    ["way", "outcome"],
)
FALLBACKS = Counter(
    "concierge_fallbacks", "Answers that a model should have given and could not.", ["way", "why"]
)
HANDOFFS = Counter("concierge_handoffs", "Guests handed to a person.", ["property", "reason"])
REFUSED = Counter(
    "concierge_refused",
    "Knocks that came too fast, by door and by which of the source's names had used up its share.",
    ["door", "source"],
)
LIMITS_MISSING = Gauge(
    "concierge_limits_missing", "1 while Valkey does not answer and nothing is limited."
)
TOKENS = Counter("concierge_tokens", "Tokens read and written.", ["property", "way", "kind"])
COST = Counter("concierge_cost", "Money spent on the API, in its prices' currency.", ["property"])
BUDGET_SHARE = Gauge("concierge_budget_share", "Spent of today's budget, 0 to 1.", ["property"])
BREAKER_STATE = Gauge(
    "concierge_breaker_state", "The API's circuit: 0 closed, 1 half open, 2 open.", ["property"]
)
OUTBOX_WAITING = Gauge("concierge_outbox_waiting", "Texts that wait to be embedded.", ["lane"])
OUTBOX_FAILING = Gauge(
    "concierge_outbox_failing", "Of them, those that failed and will be tried again.", ["lane"]
)
OUTBOX_OLDEST_SECONDS = Gauge(
    "concierge_outbox_oldest_seconds", "Since the oldest of them was written.", ["lane"]
)
LOCAL_SHARE = Gauge(
    "concierge_local_share",
    f"Of the last {LATEST} generated answers, how many the local model wrote.",
)

LOCAL_TROUBLE = Gauge(
    "concierge_local_model_trouble",
    "1 while the local model cannot answer; `what` says why and what to do.",
    ["what"],
)

_latest: deque[bool] = deque(maxlen=LATEST)
BREAKER_STATES: Mapping[str, int] = {"closed": 0, "half_open": 1, "open": 2}


def count_generated(way: str) -> None:
    """Keep the live share of the local model among what models wrote."""
    _latest.append(way == "local")
    LOCAL_SHARE.set(sum(_latest) / len(_latest))
