"""Thousands of rows in a second, as if they had been embedded or were waiting for it."""

from django.db import connection, transaction

from faq.models import Faq
from properties.models import Property
from retrieval.embedders import get_embedder


def many_faqs(property_: Property, count: int, *, waiting: bool) -> None:
    """Short FAQs; those that wait have an entry in the bulk lane, as an import leaves them."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Without the triggers of history and of foreign keys, which look at each row by itself.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            """
            INSERT INTO faq_faq (property_id, external_id, published, updated_at, language,
                question, answer, document_title, document_body, document_translations,
                content_hash, embedded_hash, embedded_with)
            SELECT %(property)s, n::text, true, now(), 'en', title, body, title, body, '{}',
                n::text, CASE WHEN %(waiting)s THEN '' ELSE n::text END,
                CASE WHEN %(waiting)s THEN '' ELSE %(model)s END
            FROM generate_series(1, %(count)s) n,
                LATERAL (SELECT 'Is there a lamp ' || n || '?' AS title, 'Yes.' AS body) texts
            """,
            {
                "property": property_.pk,
                "count": count,
                "waiting": waiting,
                "model": get_embedder().model_id,
            },
        )
        if waiting:
            cursor.execute(
                """
                INSERT INTO retrieval_outboxentry
                    (property_id, kind, object_id, created_at, lane, turn, anew, attempts, error)
                SELECT property_id, 'faq', id, now(), 1, row_number() OVER (), false, 0, ''
                FROM faq_faq WHERE property_id = %s AND embedded_hash = ''
                """,
                [property_.pk],
            )
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE faq_faq, retrieval_outboxentry")
    assert Faq.objects.filter(property=property_).count() >= count
