"""What a save() of the row itself cannot see: cascading deletes, and a property's new name."""

from django.db import models
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver

from retrieval import outbox
from retrieval.models import Embedded
from retrieval.registry import content_models

CONTEXT = ("name", "language", "currency")


@receiver(post_delete)
def record_delete(
    sender: type[models.Model], instance: models.Model, origin: object, **_: object
) -> None:
    """Also fires for rows that go with their menu; when the property itself goes, all does."""
    if isinstance(instance, Embedded) and not _deletes_a_property(origin):
        outbox.record([instance])


def _deletes_a_property(origin: object) -> bool:
    model = origin.model if isinstance(origin, models.QuerySet) else type(origin)
    return model is outbox.tenant_model()


@receiver(pre_save, sender="properties.Property")
def notice_context(instance: models.Model, **_: object) -> None:
    """Documents mention these of their property: remember whether this save changes one."""
    before = type(instance)._default_manager.filter(pk=instance.pk).values(*CONTEXT).first()
    instance.changes_documents = before is not None and any(  # type: ignore[attr-defined]
        getattr(instance, name) != value for name, value in before.items()
    )


@receiver(post_save, sender="properties.Property")
def refresh_content(instance: models.Model, **_: object) -> None:
    if instance.changes_documents:  # type: ignore[attr-defined]
        for model in content_models().values():
            model.objects.filter(property=instance.pk).refresh_documents()
