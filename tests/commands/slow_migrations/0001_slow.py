"""As long as a table that is written anew."""

from django.db import migrations


class Migration(migrations.Migration):
    operations = [migrations.RunSQL("SELECT pg_sleep(1)", migrations.RunSQL.noop)]
