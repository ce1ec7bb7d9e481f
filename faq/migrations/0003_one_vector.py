import pgvector.django.indexes
from django.db import migrations


class Migration(migrations.Migration):
    """Nothing is computed or indexed anew here: a row's old vector carries another model's name, so
    the row waits, and the sweep embeds it again."""

    dependencies = [("faq", "0002_waiting_rows")]

    operations = [
        migrations.RemoveIndex(model_name="faq", name="faq_hnsw_engli"),
        migrations.RemoveField(model_name="faq", name="vector_english"),
        migrations.RenameIndex(model_name="faq", old_name="faq_hnsw_multi", new_name="faq_hnsw"),
        migrations.RenameField(model_name="faq", old_name="vector_multilingual", new_name="vector"),
        # Postgres renames the column in the index by itself; Django's own notes don't follow.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex(model_name="faq", name="faq_hnsw"),
                migrations.AddIndex(
                    model_name="faq",
                    index=pgvector.django.indexes.HnswIndex(
                        ef_construction=64,
                        fields=["vector"],
                        m=16,
                        name="faq_hnsw",
                        opclasses=["halfvec_cosine_ops"],
                    ),
                ),
            ]
        ),
    ]
