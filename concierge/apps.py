from django.apps import AppConfig


class ConciergeConfig(AppConfig):
    name = "concierge"

    def ready(self) -> None:
        # Shared tasks find the app that was made first: make it in every process.
        from concierge import celery  # noqa: F401
