"""What a save() of the row itself cannot see: cascading deletes, and a property's new name."""

from django.db import models
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver

from retrieval import outbox
from retrieval.models import Embedded
from retrieval.registry import content_models
from retrieval.tenants import lock, tenant_model

CONTEXT = ("name", "language", "currency")


@receiver(pre_delete)
def wait_for_the_writers(
    sender: type[models.Model], instance: models.Model, origin: object, **_: object
) -> None:
    """Before the first row goes, as with every other edit; once for all that go together."""
    if isinstance(instance, Embedded):
        property_id = instance.property_id
    elif isinstance(instance, tenant_model()):
        property_id = instance.pk
    else:
        return
    held: set[int] = vars(origin).setdefault("_writing", set())
    if property_id not in held:
        lock([property_id])
        held.add(property_id)


@receiver(post_delete)
def record_delete(
    sender: type[models.Model], instance: models.Model, origin: object, **_: object
) -> None:
    """Also fires for rows that go with their menu; when the property itself goes, all does."""
    if isinstance(instance, Embedded) and not _deletes_a_property(origin):
        outbox.record([instance])


def _deletes_a_property(origin: object) -> bool:
    model = origin.model if isinstance(origin, models.QuerySet) else type(origin)
    return issubclass(model, tenant_model())


@receiver(pre_save)
def notice_context(sender: type[models.Model], instance: models.Model, **_: object) -> None:
    """Documents mention these of their property: remember whether this save changes one."""
    if isinstance(instance, tenant_model()):
        before = lock([instance.pk]).get(instance.pk)
        instance.changes_documents = before is not None and any(  # type: ignore[attr-defined]
            getattr(instance, name) != getattr(before, name) for name in CONTEXT
        )


@receiver(post_save)
def refresh_content(sender: type[models.Model], instance: models.Model, **_: object) -> None:
    if isinstance(instance, tenant_model()) and instance.changes_documents:  # type: ignore[attr-defined]
        for model in content_models().values():
            model.objects.filter(property=instance.pk).refresh_documents()
