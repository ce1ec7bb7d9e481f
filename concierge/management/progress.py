import sys
import time
from collections.abc import Collection

from tqdm import tqdm

from retrieval import outbox
from retrieval.models import OutboxEntry


def embed_with_progress(property_ids: Collection[int]) -> None:
    """Embed what these properties have in the outbox, beside whatever worker does the same.

    The bar counts what is done, whoever does it. What cannot be embedded just now is left to the
    worker, and said.
    """
    waiting = OutboxEntry.objects.filter(property__in=property_ids)
    in_line = waiting.filter(due_at=None)
    total = in_line.count()
    with tqdm(desc="Embedding", unit=" texts", total=total) as bar:

        def show(*_: object) -> None:
            bar.update(max(0, total - in_line.count() - bar.n))

        for property_id in property_ids:
            outbox.drain(on_progress=show, property_id=property_id)
        while in_line.exists():
            # A worker holds the last ones: they are done, or ours, in a moment.
            time.sleep(0.1)
            for property_id in property_ids:
                outbox.drain(property_id=property_id)
            show()
    if left := waiting.count():
        tqdm.write(f"{left} texts wait: the worker will try them again.", file=sys.stderr)
