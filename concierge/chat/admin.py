import json
import logging
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin import register
from django.db import models
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from redis.exceptions import RedisError
from unfold.decorators import action, display

from concierge.chat.erasing import erase
from concierge.chat.models import Conversation, Handoff, Message
from llm.privacy import log_error
from properties.admin_base import (
    MANAGER,
    PropertyScopedAdmin,
    ScopedStackedInline,
    is_superuser,
    works_for,
)

logger = logging.getLogger(__name__)
NOT_ERASED = "This could not be deleted just now, and nothing was. Please try again in a moment."


class MessageInline(ScopedStackedInline):
    model = Message
    can_delete = False
    fields = readonly_fields = ("asked", "answered", "sources_used", "outcome", "behind_it")
    verbose_name = "question"

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    @display(description="guest")
    def asked(self, message: Message) -> str:
        return message.question

    @display(description="concierge")
    def answered(self, message: Message) -> SafeString:
        return format_html('<span class="whitespace-pre-line">{}</span>', message.answer)

    @display(description="answered from")
    def sources_used(self, message: Message) -> SafeString:
        titles = ((source.get("title", ""),) for source in message.sources)
        return format_html_join("", "<div>{}</div>", titles) or SafeString("nothing that you wrote")

    @display(description="outcome")
    def outcome(self, message: Message) -> str:
        parts = (message.get_status_display(), message.route, message.reason, message.language)
        return " · ".join(part for part in parts if part)

    @display(description="behind it")
    def behind_it(self, message: Message) -> SafeString:
        return format_html(
            "<details><summary>{}, {} + {} tokens</summary>"
            '<pre class="overflow-x-auto text-xs">{}</pre></details>',
            message.model or "no model",
            message.prompt_tokens,
            message.completion_tokens,
            json.dumps(message.trace, indent=2, ensure_ascii=False),
        )


@register(Conversation)
class ConversationAdmin(PropertyScopedAdmin):
    inlines = (MessageInline,)
    fields = readonly_fields = ("property", "place", "created_at")
    list_display = ("created_at", "property", "place", "first_question", "questions")
    ordering = ("-created_at",)
    list_filter = ("property", "created_at", "messages__status")
    list_select_related = ("property", "qr_code")
    search_fields = ("messages__question", "messages__answer", "qr_code__place")
    search_help_text = "Search in questions, answers and rooms."

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        asked = Message.objects.filter(conversation=models.OuterRef("pk")).order_by("created_at")
        return (
            super()
            .get_queryset(request)
            .annotate(
                message_count=models.Count("messages"),
                opening=models.Subquery(asked.values("question")[:1]),
            )
        )

    @display(description="room or table", ordering="qr_code__place")
    def place(self, conversation: Conversation) -> str:
        return conversation.qr_code.place if conversation.qr_code else ""

    @display(description="first question")
    def first_question(self, conversation: Any) -> str:
        return conversation.opening or ""

    @display(ordering="message_count")
    def questions(self, conversation: Any) -> int:
        return conversation.message_count

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """A guest may ask at the desk to be forgotten."""
        return works_for(request, obj, (MANAGER,))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._or_say_so(super().delete_view, request, object_id, extra_context)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._or_say_so(super().changelist_view, request, extra_context)

    def _or_say_so(
        self, view: Callable[..., HttpResponse], request: HttpRequest, *args: Any
    ) -> HttpResponse:
        """Nothing was erased where Valkey does not answer: what is remembered there would stay."""
        try:
            return view(request, *args)
        except RedisError as error:
            log_error(logger, "A conversation could not be erased", error)
            self.message_user(request, NOT_ERASED, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:chat_conversation_changelist"))

    def delete_model(self, request: HttpRequest, obj: Conversation) -> None:
        erase(Conversation.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        erase(queryset)


@register(Handoff)
class HandoffAdmin(PropertyScopedAdmin):
    """Who waits for a person. Nothing here can be edited; what is done is closed."""

    actions = ("close",)
    fields = readonly_fields = (
        "property", "place", "reason", "urgent", "times", "created_at", "asked_at", "words",
        "status", "closed_at", "closed_by",
    )  # fmt: skip
    list_display = ("why", "place", "property", "asked_at", "times", "words", "state")
    list_display_links = ("why",)
    list_filter = ("status", "property", "reason", "urgent", "asked_at")
    list_select_related = ("property",)
    search_fields = ("place",)
    search_help_text = "Search in rooms and tables."
    ordering = ("-status", "-urgent", "-asked_at")  # "open" before "closed"

    @display(description="why", ordering="reason", label={True: "danger", False: "info"})
    def why(self, handoff: Handoff) -> tuple[bool, str]:
        reason = handoff.get_reason_display()
        return handoff.urgent, f"Urgent: {reason}" if handoff.urgent else reason

    @display(description="state", ordering="status", label={"open": "warning", "closed": "success"})
    def state(self, handoff: Handoff) -> tuple[str, str]:
        return handoff.status, handoff.get_status_display()

    @display(description="conversation")
    def words(self, handoff: Handoff) -> str:
        if handoff.conversation_id is None:
            return "erased by the guest"
        url = reverse("admin:chat_conversation_change", args=[handoff.conversation_id])
        return format_html('<a class="text-link" href="{}">Read it</a>', url)

    @action(description="Close: somebody took care of it", permissions=["change"])
    def close(self, request: HttpRequest, rows: Any) -> None:
        self.message_user(request, f"{rows.close(request.user)} closed.", messages.SUCCESS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return is_superuser(request)
