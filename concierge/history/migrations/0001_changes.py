import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What every trigger of the history calls (concierge/history/triggers.py). Who writes stands in a
# setting of the transaction; whoever did not say so has written directly. The change itself is
# written with its first row, so that a request that writes nothing leaves none.
KEEP = """
CREATE FUNCTION history_keep(
    model text, property bigint, object_id text, before jsonb, after jsonb
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    context jsonb := nullif(current_setting('concierge.change', true), '')::jsonb;
BEGIN
    IF context ? 'unseen' THEN
        RETURN;
    END IF;
    IF context IS NULL THEN
        context := jsonb_build_object('id', gen_random_uuid(), 'origin', 'direct');
    END IF;
    IF NOT context ? 'kept' THEN
        INSERT INTO history_change (id, at, by_id, origin, detail, undoes_id)
        VALUES (
            (context->>'id')::uuid, clock_timestamp(), (context->>'by')::int,
            context->>'origin', coalesce(context->>'detail', ''), (context->>'undoes')::uuid
        );
        PERFORM set_config('concierge.change', (context || '{"kept": true}')::text, true);
    END IF;
    INSERT INTO history_rowchange (change_id, property_id, model, object_id, before, after)
    VALUES ((context->>'id')::uuid, property, model, object_id, before, after);
END $$;
"""
FORGET = "DROP FUNCTION history_keep(text, bigint, text, jsonb, jsonb);"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("properties", "0002_answer_settings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField(db_index=True)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("page", "Admin page"),
                            ("action", "Bulk action"),
                            ("import", "Import"),
                            ("command", "Command"),
                            ("undo", "Undo"),
                            ("direct", "Shell or script"),
                        ],
                        max_length=10,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undoes",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="undone_by",
                        to="history.change",
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="RowChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model", models.CharField(max_length=60)),
                ("object_id", models.CharField(max_length=40)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="history.change",
                    ),
                ),
                (
                    "property",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="properties.property",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="DeletedRow",
            fields=[],
            options={
                "verbose_name": "deleted row",
                "verbose_name_plural": "recently deleted",
                "ordering": ["-pk"],
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("history.rowchange",),
        ),
        migrations.AddIndex(
            model_name="rowchange",
            index=models.Index(fields=["model", "object_id"], name="history_of_a_row"),
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
