from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from concierge.api import views

app_name = "api"

urlpatterns = [
    path("properties/<slug:slug>/ask", views.AskView.as_view(), name="ask"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    re_path("", views.NothingHere.as_view()),
]
