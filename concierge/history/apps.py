from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "concierge.history"

    def ready(self) -> None:
        from concierge.history.triggers import register_triggers

        register_triggers()
