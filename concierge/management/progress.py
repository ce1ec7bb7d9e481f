import time

from django.utils import timezone
from tqdm import tqdm

from retrieval import outbox
from retrieval.models import OutboxEntry


def embed_with_progress() -> None:
    """Embed what the outbox holds, beside whatever worker does the same, until nothing is due.

    The bar counts what is done, whoever does it.
    """
    due = OutboxEntry.objects.filter(due_at__lte=timezone.now())
    total = due.count()
    with tqdm(desc="Embedding", unit=" texts", total=total) as bar:

        def show(*_: object) -> None:
            bar.update(total - due.count() - bar.n)

        outbox.drain(on_progress=show)
        while due.exists():
            # A worker holds the last ones: they are done, or ours, in a moment.
            time.sleep(0.1)
            outbox.drain()
            show()
