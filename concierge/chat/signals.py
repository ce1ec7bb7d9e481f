"""However a conversation is deleted, by its own page or with its house, it stays erased."""

from typing import Any

from django.db import transaction
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from concierge.chat.models import Conversation, Erased
from properties.models import Property


@receiver(pre_delete, sender=Conversation)
def mark(instance: Conversation, origin: Any, **_: Any) -> None:
    # A house that goes takes all with it: without its row there is nothing to come back to.
    if not isinstance(origin, Property) and getattr(origin, "model", None) is not Property:
        Erased.objects.mark([instance.pk])


@receiver(pre_delete, sender=Property)
def forget_all(instance: Property, **_: Any) -> None:
    # Not above: it brings the whole road of a question with it, which few processes need.
    from concierge.chat.erasing import forget

    conversations = list(instance.conversations.order_by().values_list("property_id", "pk"))
    # A Valkey that is away is no reason to keep the house: what it has is sealed, and ends.
    transaction.on_commit(lambda: forget(conversations), robust=True)
