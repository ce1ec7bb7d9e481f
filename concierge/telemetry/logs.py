"""Log lines for people (`line`) or for machines (`json`), as LOG_FORMAT says."""

from typing import Any

STANDARD = "%(asctime)s %(levelname)s %(name)s %(message)s"


def logging_settings(level: str, log_format: str) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": STANDARD},
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "fmt": STANDARD,
                "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": log_format}},
        "root": {"handlers": ["stderr"], "level": level},
        # Anybody may ask for ../secret_key: it is refused, and no reason to fill the log.
        "loggers": {
            "django.security.SuspiciousFileOperation": {"level": "CRITICAL"},
            "pgtrigger": {"level": "WARNING"},  # or each migrate names every trigger
            "httpx2": {"level": "WARNING"},  # or it writes a line for every request to the API
        },
    }
