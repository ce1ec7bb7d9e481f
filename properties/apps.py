from django.apps import AppConfig
from django.core.checks import register


class PropertiesConfig(AppConfig):
    name = "properties"

    def ready(self) -> None:
        from properties.admin_lists import whole_lists_can_be_sent

        register(whole_lists_can_be_sent)
