from django.urls import path, re_path

from concierge.chat import views

app_name = "chat"

urlpatterns = [
    path("", views.landing, name="landing"),
    path("c/<slug:property>/", views.page, name="page"),
    path("q/<str:code>/", views.scan, name="scan"),
    path("w/<slug:property>/", views.widget, name="widget"),
    path("widget.js", views.widget_script, name="widget_script"),
    re_path(r"^codes/(?P<pk>\d+)\.(?P<kind>svg|png)$", views.qr_picture, name="qr_picture"),
]
