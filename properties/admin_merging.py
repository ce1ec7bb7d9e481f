"""Pages of the admin that two people may have open at once (properties/merging.py)."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import flatten_fieldsets
from django.db import connection, models
from django.forms import BaseFormSet, BaseModelFormSet, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst
from unfold.admin import ModelAdmin

from properties.access import property_path
from properties.admin_held import is_held, unless_held
from properties.merging import CONFLICT, MergingForm
from properties.merging_cells import Question
from properties.merging_rows import MergingInlineFormSet, MergingList
from properties.models import Property
from properties.photos import encode_early

QUESTIONS = "properties/questions.html"
TRY_AGAIN = "An import of this house is running: try again in a moment."


class MergingAdmin(ModelAdmin):
    """Reads a row again, locked, before it is written, and asks where two people disagree."""

    form: type[ModelForm] = MergingForm
    change_form_before_template = list_before_template = QUESTIONS

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        row = super().get_object(request, object_id, from_field)
        if row is None or not writes(request):
            return row
        encode_early(request.FILES.values())
        lock(self.model, [row.pk])
        return super().get_object(request, object_id, from_field)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        view = partial(super().changeform_view, request, object_id, form_url, extra_context)
        return unless_held(request, view, otherwise=view)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        view = partial(super().delete_view, request, object_id, extra_context)
        return unless_held(request, view, otherwise=partial(self._tell_held, request))

    def _tell_held(self, request: HttpRequest) -> HttpResponse:
        """For pages on which nothing is typed."""
        self.message_user(request, TRY_AGAIN, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def get_form(self, request: HttpRequest, *args: Any, **options: Any) -> type[ModelForm]:
        """A class of its own for each request."""
        form: Any = super().get_form(request, *args, **options)
        form.is_held = is_held(request)
        return form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        parts = [context["adminform"].form, *(each.formset for each in _inlines(context))]
        questions = [question for part in parts for question in questions_of(part)]
        context |= {"questions": questions, "questions_form": f"{self.opts.model_name}_form"}
        if questions and context["original"]:
            context["last_change"] = self.admin_site.last_change(request, context["original"])
        if all(map(is_only_asked, parts)):
            context["errors"] = []  # Nothing is to be corrected: the questions say what to do.
        return super().render_change_form(request, context, *args, **options)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        rows = [form, *(row for formset in formsets for row in formset.forms)]
        if kept := [text for row in rows for text in kept_of(row)]:
            text = f"A colleague's changes to {form.instance} were kept: {'; '.join(kept)}."
            self.message_user(request, text, messages.INFO)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        if typed := self._typed_in_vain(request):
            text = f"It was deleted meanwhile, so nothing was saved. You had written: {typed}"
            self.message_user(request, text, messages.ERROR)
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)

    def _typed_in_vain(self, request: HttpRequest) -> str:
        """What the person changed on the page of a row that is gone."""
        if request.method != "POST":
            return ""
        fields = flatten_fieldsets(self.get_fieldsets(request))
        form: Any = self.get_form(request, None, fields=fields)(request.POST, request.FILES)
        form.is_gone = True
        return form.typed_in_words() if isinstance(form, MergingForm) else ""

    # --- Lists -----------------------------------------------------------------------------

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[ModelForm]:
        return super().get_changelist_form(request, **{"form": MergingForm, **kwargs})

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> type[BaseModelFormSet]:
        options = {"formset": MergingList, **kwargs}
        formset: Any = super().get_changelist_formset(request, **options)
        formset.is_held = is_held(request)
        return formset

    def _get_list_editable_queryset(self, request: HttpRequest, prefix: str) -> Any:
        rows = super()._get_list_editable_queryset(request, prefix)
        if not is_held(request):
            lock(self.model, list(rows.values_list("pk", flat=True)))
        return rows.select_related(*self.list_select_related)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Kept with the request, for what its formset knows once the view has done its work."""
        request.__dict__["changelist"] = changelist = super().get_changelist_instance(request)
        return changelist

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        view = partial(super().changelist_view, request, extra_context)
        if "_save" not in request.POST:
            return unless_held(request, view, otherwise=partial(self._tell_held, request))
        response = unless_held(request, view, otherwise=view)
        formset = getattr(request.__dict__.get("changelist"), "formset", None)
        if isinstance(formset, MergingList):
            self._tell_of(request, formset, response)
        return response

    def _tell_of(self, request: HttpRequest, formset: MergingList, response: Any) -> None:
        if lost := formset.lost():
            text = f"{lost} that you changed were deleted meanwhile: nothing of them was saved."
            self.message_user(request, text, messages.WARNING)
        if is_only_asked(formset):
            formset._errors = []  # As on the page of one row; each row keeps its own.
        if hasattr(response, "context_data"):
            # Django's page pairs rows and forms by position, and the order may be another by now.
            response.context_data["cl"].result_list = [form.instance for form in formset.forms]
            response.context_data |= {
                "questions": formset.questions(),
                "questions_form": "changelist-form",
            }


class MergingInline(BaseModelAdmin):
    """Rows below a form: locked where they may be written, as the row above them is."""

    form: type[ModelForm] = MergingForm
    formset = MergingInlineFormSet

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.select_for_update(of=("self",), no_key=True) if writes(request) else rows


def writes(request: HttpRequest) -> bool:
    return request.method == "POST" and connection.in_atomic_block and not is_held(request)


def lock(model: type[models.Model], keys: list[Any]) -> None:
    """Keep rows that the person may see from changing: their houses first, as all writers do.

    What is read afterwards is what whoever held them before has written. Not a lock of the keys:
    guests, whose conversations refer to a house, go on.
    """
    rows = model._base_manager.filter(pk__in=keys).order_by("pk")
    if path := property_path(model):
        houses = Property.objects.filter(pk__in=rows.values(path)).order_by("pk")
        list(houses.select_for_update(no_key=True).values_list("pk"))
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))


def questions_of(part: Any) -> list[Question]:
    """Those of a form or a formset; forms of pages that only add rows have none."""
    return part.questions() if part.is_bound and hasattr(part, "questions") else []


def is_only_asked(part: Any) -> bool:
    """Whether nothing is in the way of a form or a formset but what a colleague changed too."""
    is_set = isinstance(part, BaseFormSet)
    rows: Any = part.errors if is_set else [part.errors]
    errors = [each for row in rows for each in row.values()]
    if is_set:
        errors.append(part.non_form_errors())
    return all(error.code == CONFLICT for each in errors for error in each.as_data())


def kept_of(form: Any) -> list[str]:
    if not isinstance(form, MergingForm):
        return []
    return [capfirst(cell.label) for _, cell in form.cells() if cell.is_kept]


def _inlines(context: dict[str, Any]) -> list[Any]:
    return list(context["inline_admin_formsets"])
