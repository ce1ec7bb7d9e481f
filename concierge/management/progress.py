from tqdm import tqdm

from retrieval import outbox
from retrieval.models import OutboxEntry


def embed_with_progress() -> None:
    """Embed what the outbox holds, beside whatever worker does the same, with a progress bar."""
    with tqdm(desc="Embedding", unit=" texts", total=OutboxEntry.objects.count()) as bar:
        outbox.drain(on_progress=bar.update)
