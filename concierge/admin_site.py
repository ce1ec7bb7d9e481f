from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from unfold.sites import UnfoldAdminSite

from concierge import login


class ConciergeAdminSite(UnfoldAdminSite):
    index_title = "Home"
    login_form = login.LoginForm

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return login.answered(request, super().login(request, extra_context))

    def get_urls(self) -> list[URLPattern]:
        """Without the redirect by content type and primary key, which answers to all staff.

        With it, a stranger could walk through every tenant's rooms and read their secret codes.
        """
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Whoever can do something about it reads here that the local model does not answer."""
        from concierge.answering.models import local_trouble

        if (trouble := local_trouble()) and _manages_anything(request):
            messages.error(request, trouble)
        return super().index(request, extra_context)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Whatever staff write on any page is kept, and can be undone."""
        from concierge.history.keeping import kept

        return super().admin_view(kept(view), cacheable)

    def history_view(self, page: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        from concierge.history.pages import object_history

        return object_history(page, request, object_id)

    def last_change(self, request: HttpRequest, row: Any) -> dict[str, Any] | None:
        """For a page that is told that somebody else was there before: who, and when."""
        from concierge.history.pages import last_change
        from concierge.history.words import who

        change = last_change(request, row)
        return {"by": who(change), "at": change.at} if change else None

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """The home page shows the groups of the sidebar, not Django's apps."""
        from concierge import navigation

        apps = super().get_app_list(request, app_label)
        return apps if app_label else navigation.home(apps)


def _manages_anything(request: HttpRequest) -> bool:
    # Imported here: the site is made before there are models.
    from properties.access import properties_of
    from properties.models import Membership

    user = request.user
    return user.is_superuser or properties_of(user, Membership.Role.MANAGER).exists()
