from django.apps import AppConfig
from django.core.checks import register

from llm.checks import check_backends


class LlmConfig(AppConfig):
    name = "llm"

    def ready(self) -> None:
        register(check_backends)
