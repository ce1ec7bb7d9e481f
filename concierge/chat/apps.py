from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "concierge.chat"
    label = "chat"

    def ready(self) -> None:
        from concierge.chat import signals  # noqa: F401  they connect themselves
