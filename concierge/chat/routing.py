from django.urls import path

from concierge.chat.consumer import GuestConsumer

websocket_urlpatterns = [path("ws/c/<slug:slug>/", GuestConsumer.as_asgi())]
