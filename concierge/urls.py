from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language
from django.views.static import serve

from concierge.telemetry.views import metrics

urlpatterns = [
    path("admin/language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("concierge.api.urls")),
    path("metrics", metrics, name="metrics"),
    # Photos of dishes. A deployment with nginx serves them before they get here.
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    path("", include("concierge.chat.urls")),
]
