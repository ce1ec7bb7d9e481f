"""Guests' words stay out of logs, also when something fails while it handles them."""

import logging
import traceback


def log_error(logger: logging.Logger, what: str, error: BaseException) -> None:
    """The type and the place of an error. Its message may hold what a guest wrote."""
    place = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s: %s\n%s", what, type(error).__name__, place)
