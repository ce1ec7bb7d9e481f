from inspect import isawaitable
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from concierge.answering.answer import Asked
from concierge.answering.pipeline import collect
from concierge.api import serializers
from concierge.api.errors import ErrorResponse
from concierge.api.parsers import BoundedJSONParser
from concierge.api.streaming import EventStreamRenderer, stream_response
from concierge.api.throttling import AddressThrottle
from concierge.chat import houses
from llm.base import Turn

ERRORS = {
    400: "The body is no JSON, or a field is missing, empty or too long.",
    404: "There is no such property.",
    405: "Only POST.",
    406: "Neither JSON nor server-sent events are acceptable to the client.",
    413: "The body is too large.",
    415: "The body is not sent as JSON.",
    429: "Too many questions from one address; `Retry-After` says when to go on.",
    500: "The concierge failed.",
    503: "The concierge cannot answer at the moment; `Retry-After` says when to try again.",
}


class AsyncAPIView(APIView):
    """A view whose handlers are coroutines, so that a guest's waiting holds no thread."""

    async def dispatch(  # type: ignore[override]
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        self.args, self.kwargs = args, kwargs
        self.request = asked = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        try:
            await sync_to_async(self.initial)(asked, *args, **kwargs)
            handler = getattr(self, str(asked.method).lower(), self.http_method_not_allowed)
            response = handler(asked, *args, **kwargs)
            if isawaitable(response):
                response = await response
        except Exception as error:
            response = self.handle_exception(error)
        self.response = self.finalize_response(asked, response, *args, **kwargs)
        return self.response


class AskView(AsyncAPIView):
    parser_classes = [BoundedJSONParser]
    renderer_classes = [JSONRenderer, EventStreamRenderer]
    throttle_classes = [AddressThrottle]

    @extend_schema(
        operation_id="ask",
        summary="Ask a property a question",
        description="The answer rests on what the property's staff wrote, and names its sources.",
        request=serializers.Ask,
        responses={
            (200, "application/json"): serializers.Answer,
            (200, "text/event-stream"): OpenApiResponse(
                OpenApiTypes.STR,
                "Events `token`, `sources`, `cards`, `choices`, and at last `done` or `error`; "
                "the data of each is JSON.",
            ),
            **{
                (status, "application/json"): OpenApiResponse(ErrorResponse, description)
                for status, description in ERRORS.items()
            },
        },
    )
    async def post(self, request: Request, slug: str) -> Response | StreamingHttpResponse:
        body = serializers.Ask(data=request.data)
        body.is_valid(raise_exception=True)
        asked = Asked(
            property=await houses.read(slug),
            text=body.validated_data["question"],
            language=body.validated_data.get("language", ""),
            history=[Turn(**turn) for turn in body.validated_data.get("history", ())],
        )
        if body.validated_data["stream"] or wants_events(request):
            return stream_response(asked)
        return Response((await collect(asked)).as_json())

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What is not streamed is JSON: also the error for a client that wanted a stream."""
        request.accepted_renderer = JSONRenderer()
        request.accepted_media_type = JSONRenderer.media_type
        return super().finalize_response(request, response, *args, **kwargs)


def wants_events(request: Request) -> bool:
    return request.accepted_media_type == EventStreamRenderer.media_type


class NothingHere(APIView):
    """So that a mistyped address gets an error of the API's own shape, too."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound
