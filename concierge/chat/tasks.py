from celery import shared_task

from concierge.chat.models import Erased


@shared_task
def forget_erasures() -> int:
    """Delete the marks of conversations that nobody's token opens any more."""
    return Erased.objects.forget_old()
