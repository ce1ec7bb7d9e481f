"""The page where managers decide how their guests are answered, and see what that changes."""

from datetime import timedelta
from typing import Any

from asgiref.sync import async_to_sync
from django.contrib import messages
from django.contrib.admin import register
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from concierge.answering.effects import changed, outcomes
from concierge.answering.models import api_backend, spending_of
from concierge.answering.values import effective, values_of
from concierge.chat.models import Message
from llm.budget import BudgetUnknown
from properties.admin_base import MANAGER, PropertyScopedAdmin
from properties.forms import PhoneForm
from properties.helplines import helpline
from properties.models import AnswerPage, Property
from retrieval import ranking

LOOKED_BACK = timedelta(days=30)


class AnswerForm(PhoneForm):
    """The two values must fit also where one of them is left to the product."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("helpline_phone"):
            known = helpline(self.instance.region)
            field.help_text += f" Yours has {known}." if known else " Of yours we know none."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        values = effective(self.cleaned_data.get("floor"), self.cleaned_data.get("sure"))
        if values.floor >= values.sure and "sure" in self.cleaned_data:
            self.add_error(
                "sure",
                f"Must lie above the first value, {number_format(values.floor)}: what is given as "
                f"it stands is surer. (Left empty, the two are {number_format(ranking.FLOOR)} and "
                f"{number_format(ranking.SURE)}.)",
            )
        return cleaned


@register(AnswerPage)
class AnswerPageAdmin(PropertyScopedAdmin):
    seen_by = edited_by = (MANAGER,)
    form = AnswerForm
    list_display = ("name", "tone", "emergency_phone", "share_of_the_api")
    search_fields = ("name", "slug")
    readonly_fields = ("effect", "spent_today", "router_threshold")
    fieldsets = (
        (
            "When to answer",
            {
                "description": "The concierge weighs how likely it is that something you wrote "
                "answers a question: 0 is surely not, 1 is surely.",
                "fields": ("floor", "sure", "effect"),
            },
        ),
        (
            "In danger",
            {
                "description": "Fire, illness, a locked door, a threat, thoughts of suicide: told "
                "at once, before anything is looked up, and your staff is alerted under "
                "Handoffs.",
                "fields": ("emergency_phone", "helpline_phone", "emergency_text"),
            },
        ),
        (
            "When a person helps",
            {
                "description": "In your property's language. Guests who write in another one get "
                "our own sentences. Empty: our own sentence for everybody.",
                "fields": ("handoff_text", "person_text", "complaint_text"),
            },
        ),
        (
            "What models write",
            {"fields": ("tone", "local_share", "router_threshold")},
        ),
        ("What the API may cost", {"fields": ("daily_tokens", "daily_money", "spent_today")}),
    )

    @display(description="share of the API")
    def share_of_the_api(self, property_: Property) -> str:
        return f"{1 - property_.local_share:.0%}" if api_backend() else "none: not configured"

    @display(description="effect")
    def effect(self, property_: Property) -> SafeString | str:
        asked = asked_lately(property_)
        if not asked:
            return "Nothing to count yet: no question was looked up in the last 30 days."
        counted = outcomes(asked, values_of(property_))
        return format_html(
            "Of the {} questions looked up in the last 30 days, these values give your own words "
            "to <strong>{}</strong>, leave <strong>{}</strong> uncertain (a model writes, or the "
            "nearest is shown) and send <strong>{}</strong> to your staff.",
            len(asked),
            counted["curated"],
            counted["uncertain"],
            counted["declined"],
        )

    @display(description="spent today")
    def spent_today(self, property_: Property) -> str:
        if api_backend() is None:
            return "No API is configured, and nothing is spent."
        try:
            spent = async_to_sync(spending_of)(property_)
        except BudgetUnknown:
            return "Not known just now."
        tokens, money = property_.daily_tokens, property_.daily_money
        return (
            f"{_grouped(spent.tokens)} of {_grouped(tokens) if tokens else 'unlimited'} tokens, "
            f"{number_format(spent.money, 2)} of {number_format(money) if money else 'unlimited'} "
            "in money."
        )

    def save_model(
        self, request: HttpRequest, obj: AnswerPage, form: ModelForm, change: bool
    ) -> None:
        before = values_of(Property.objects.get(pk=obj.pk))
        super().save_model(request, obj, form, change)
        if (after := values_of(obj)) != before:
            asked = asked_lately(obj)
            self.message_user(
                request,
                f"Of your last {len(asked)} questions, {changed(asked, before, after)} would now "
                "be answered differently.",
                messages.INFO,
            )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


def _grouped(count: int) -> str:
    return number_format(count, force_grouping=True)


def asked_lately(property_: Property) -> list[float]:
    """For each question that was looked up: the probability that the best source answers it."""
    recent = Message.objects.filter(
        conversation__property=property_.pk, created_at__gte=timezone.now() - LOOKED_BACK
    )
    best = recent.values_list("trace__answers__0", flat=True)
    return [answers for answers in best if answers is not None]
