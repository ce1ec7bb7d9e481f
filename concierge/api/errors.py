"""Every error of the API in one shape: `{"error": {"code", "message", "fields"?}}`."""

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from redis.exceptions import RedisError
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response

from concierge.chat import houses
from llm.base import ModelError
from llm.privacy import log_error
from retrieval.embedders import EmbedderError

logger = logging.getLogger(__name__)
OUT_OF_ORDER = (EmbedderError, ModelError, RedisError, *houses.AWAY)


class Unavailable(exceptions.APIException):
    """A model or a neighbour is out of order."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The concierge cannot answer at the moment."
    default_code = "unavailable"
    wait = 5


class ErrorBody(serializers.Serializer):
    code = serializers.CharField(help_text="For programs; stays the same when the words change.")
    message = serializers.CharField(help_text="For people.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="What is wrong with which field of the request.",
    )


class ErrorResponse(serializers.Serializer):
    error = ErrorBody()


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    known = _as_api_exception(error)
    if known.status_code >= status.HTTP_500_INTERNAL_SERVER_ERROR:
        log_error(logger, "The API could not answer", error)
    wait = getattr(known, "wait", None)
    headers = {"Retry-After": f"{max(1, round(wait))}"} if wait is not None else None
    return Response(error_body(known), status=known.status_code, headers=headers)


def error_body(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        fields = {name: _messages(detail) for name, detail in _by_field(error.detail).items()}
        message = next(iter(fields.values()))[0]
        return {"error": {"code": "invalid", "message": message, "fields": fields}}
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else "failed"
    return {"error": {"code": code, "message": str(error.detail)}}


def _as_api_exception(error: Exception) -> exceptions.APIException:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404):
        return exceptions.NotFound(str(error) or None)
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, OUT_OF_ORDER):
        return Unavailable()
    return exceptions.APIException("Something went wrong here.", code="failed")


def _by_field(detail: Any) -> Mapping[str, Any]:
    return detail if isinstance(detail, Mapping) else {"non_field_errors": detail}


def _messages(detail: Any) -> list[str]:
    """A field's messages, or those of the fields within it with where they are."""
    if isinstance(detail, Mapping):
        return [f"{key}: {text}" for key, inner in detail.items() for text in _messages(inner)]
    if isinstance(detail, list):
        return [text for inner in detail for text in _messages(inner)]
    return [str(detail)]
