"""The pages of the history that are no lists: a change, a row's versions, what an undo does."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from concierge.history.access import visible_changes, visible_rows
from concierge.history.keeping import offer_undo
from concierge.history.models import Change, RowChange
from concierge.history.plan import plan
from concierge.history.restoring import undo
from concierge.history.selecting import back_to, history_of, left_deleted, with_what_is_under
from concierge.history.steps import Effect, Step, effects_of
from concierge.history.tracked import TRACKED, tracked_of
from concierge.history.values import compared, title_of
from concierge.history.words import sentences, where_from, who

ON_A_PAGE = 50
DELETED = "deleted"


def change_page(request: HttpRequest, key: str) -> HttpResponse:
    """What a change did, row by row."""
    change = _change(request, key)
    rows = visible_rows(request.user).filter(change=change)
    page = _page(request, effects_of(rows))
    said = sentences(rows, [change])[change.pk]
    context = {"change": _described(change), "effects": list(map(_shown, page)), "page": page}
    return _answer(request, "change", said, **context)


def undo_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Says what undoing a change does and what not; done when that is confirmed.

    `?of=menus.item:12` undoes what it did to one row, and to all that hangs under it;
    `?of=deleted` brings back all that it deleted.
    """
    change = _change(request, str(key))
    rows = list(visible_rows(request.user).filter(change=change))
    chosen = request.GET.get("of")
    if chosen == DELETED:
        rows = left_deleted(rows)
    elif chosen:
        model, _, pk = chosen.partition(":")
        rows = with_what_is_under(rows, (model, pk))
    if not rows:
        raise Http404
    said = sentences(RowChange.objects.filter(pk__in=[row.pk for row in rows]), [change])
    return _restore(
        request,
        effects_of(rows),
        title="Undo this change",
        said=f"{who(change)}: {said[change.pk]}",
        undoes=change.pk,
        back=reverse("admin:history_change_changelist"),
    )


def restore_page(request: HttpRequest, key: int) -> HttpResponse:
    """Brings a row and its parts back to how they were after one of their changes."""
    rows = visible_rows(request.user)
    version = get_object_or_404(rows, pk=key, model__in=TRACKED, after__isnull=False)
    tracked = TRACKED[version.model]
    if tracked.part_of:
        raise Http404  # A part has no page of its own: it comes back with its whole.
    effects = back_to(history_of(rows, tracked, version.object_id), version)
    when = version.change.at
    return _restore(
        request,
        effects,
        title="Bring this version back",
        said=f"{tracked.noun} as it was on",
        when=when,
        back=address_of(tracked.model, version.object_id),
    )


def last_change(request: HttpRequest, row: Model) -> Change | None:
    """Who has written a row, or what hangs under it, last, for somebody with an older page."""
    if (tracked := tracked_of(type(row))) is None:
        return None
    rows = history_of(visible_rows(request.user), tracked, str(row.pk))
    latest = rows.select_related("change__by").last()
    return latest.change if latest else None


def _restore(
    request: HttpRequest, effects: Sequence[Effect], *, back: str, undoes: Any = None, **said: Any
) -> HttpResponse:
    over = "over" in request.POST
    if request.method != "POST":
        steps = plan(effects, request.user)
        return _answer(request, "undo", said.pop("title"), **said, back=back, **_sorted(steps))
    change, steps = undo(effects, request.user, over=over, undoes=undoes)
    _say_what_was_done(request, steps)
    offer_undo(request, change)
    return HttpResponseRedirect(back)


def _sorted(steps: Sequence[Step]) -> dict[str, Any]:
    """What will happen, and what will not; `since` are those that a person may overrule."""
    left = [step for step in steps if not step.is_taken or step.since]
    return {
        "taken": [(step, _shown(step.effect, backwards=True)) for step in steps if step.is_taken][
            :ON_A_PAGE
        ],
        "count": sum(step.is_taken for step in steps),
        "left": left[:ON_A_PAGE],
        "left_count": len(left),
        "since": any(step.since and not step.tracked.signed for step in left),
    }


def _say_what_was_done(request: HttpRequest, steps: Sequence[Step]) -> None:
    count = sum(step.is_taken for step in steps)
    left = sum(not step.is_taken for step in steps)
    kept = f" {left} stayed as they are." if left else ""
    if count:
        messages.success(request, f"{count} restored.{kept}")
    else:
        messages.warning(request, f"Nothing was restored.{kept}")


def object_history(page: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """The history of one row, for the page `page` of the admin that edits it."""
    row = page.get_object(request, unquote(object_id))
    if row is None:
        return page._get_obj_does_not_exist_redirect(request, page.opts, object_id)
    if not page.has_view_or_change_permission(request, row):
        raise PermissionDenied
    tracked = tracked_of(page.model)
    rows = RowChange.objects.none()
    if tracked:
        rows = history_of(visible_rows(request.user), tracked, str(row.pk))
    rows = rows.select_related("change__by").order_by("-pk")
    shown = _page(request, rows)
    return _answer(
        request,
        "object",
        str(row),
        versions=[_version(each, tracked.label if tracked else "") for each in shown],
        page=shown,
        row=row,
        opts=page.opts,
        is_kept=tracked is not None,
        may_see=tracked is not None and page.has_change_permission(request, row),
        back=reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_change", args=[row.pk]),
    )


def _version(row: RowChange, label: str) -> dict[str, Any]:
    return {
        **_described(row.change),
        "row": row,
        "is_whole": row.model == label and row.after is not None,
        **_shown(effects_of([row])[0]),
    }


def _shown(effect: Effect, backwards: bool = False) -> dict[str, Any]:
    before, after = effect.before, effect.after
    verb = "added" if before is None else "deleted" if after is None else "changed"
    old, new = (after, before) if backwards else (before, after)
    return {
        "verb": verb,
        "name": effect.tracked.noun,
        "title": title_of(effect.tracked, before or after or {}),
        "fields": compared(effect.tracked, old, new),
        "of": f"{effect.tracked.label}:{effect.key}",
    }


def _described(change: Change) -> dict[str, Any]:
    return {"change": change, "who": who(change), "where": where_from(change), "at": change.at}


def _change(request: HttpRequest, key: str) -> Change:
    try:
        chosen = uuid.UUID(key)
    except ValueError:
        raise Http404 from None
    return get_object_or_404(visible_changes(request.user).select_related("by"), pk=chosen)


def _page(request: HttpRequest, rows: Any) -> Any:
    return Paginator(rows, ON_A_PAGE).get_page(request.GET.get("p", 1))


def address_of(model: type[Model], key: str) -> str:
    """A part is shown on the page of what it is part of; that has its own history."""
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_history", args=[key])


def _answer(request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
    everything = {**admin.site.each_context(request), "title": title, **context}
    return TemplateResponse(request, f"history/{name}.html", everything)
