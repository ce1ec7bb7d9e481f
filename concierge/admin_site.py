from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern
from unfold.sites import UnfoldAdminSite


class ConciergeAdminSite(UnfoldAdminSite):
    index_title = "Home"

    def get_urls(self) -> list[URLPattern]:
        """Without the redirect by content type and primary key, which answers to all staff.

        With it, a stranger could walk through every tenant's rooms and read their secret codes.
        """
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """The home page shows the groups of the sidebar, not Django's apps."""
        from concierge import navigation

        apps = super().get_app_list(request, app_label)
        return apps if app_label else navigation.home(apps)
