"""What a save() of the row itself cannot see: cascading deletes, and a property's new name.

Each is connected to the models that it is about: one that listens to all would have Django fetch
every row of any kind before it deletes it.
"""

from django.apps import apps
from django.db import models
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from retrieval import outbox
from retrieval.models import Embedded
from retrieval.registry import content_models
from retrieval.tenants import lock, tenant_model

CONTEXT = ("name", "language", "currency")


def connect() -> None:
    """To each content model and to the properties', proxies included: Django names those apart."""
    for model in apps.get_models():
        if issubclass(model, Embedded):
            pre_delete.connect(wait_for_the_writers, sender=model)
            post_delete.connect(record_delete, sender=model)
        if issubclass(model, tenant_model()):
            pre_delete.connect(wait_for_the_writers, sender=model)
            pre_save.connect(notice_context, sender=model)
            post_save.connect(refresh_content, sender=model)


def wait_for_the_writers(
    sender: type[models.Model], instance: models.Model, origin: object, **_: object
) -> None:
    """Before the first row goes, as with every other edit; once for all that go together."""
    property_id = instance.property_id if isinstance(instance, Embedded) else instance.pk
    held: set[int] = vars(origin).setdefault("_writing", set())
    if property_id not in held:
        lock([property_id])
        held.add(property_id)


def record_delete(
    sender: type[models.Model], instance: Embedded, origin: object, **_: object
) -> None:
    """Also fires for rows that go with their menu; when the property itself goes, all does."""
    if not _deletes_a_property(origin):
        outbox.record([instance])


def _deletes_a_property(origin: object) -> bool:
    model = origin.model if isinstance(origin, models.QuerySet) else type(origin)
    return issubclass(model, tenant_model())


def notice_context(sender: type[models.Model], instance: models.Model, **_: object) -> None:
    """Documents mention these of their property: remember whether this save changes one."""
    before = lock([instance.pk]).get(instance.pk)
    instance.changes_documents = before is not None and any(  # type: ignore[attr-defined]
        getattr(instance, name) != getattr(before, name) for name in CONTEXT
    )


def refresh_content(sender: type[models.Model], instance: models.Model, **_: object) -> None:
    if instance.changes_documents:  # type: ignore[attr-defined]
        for model in content_models().values():
            model.objects.filter(property=instance.pk).refresh_documents()
