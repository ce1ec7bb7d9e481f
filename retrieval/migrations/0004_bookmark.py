from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("retrieval", "0003_lanes")]

    operations = [
        migrations.CreateModel(
            name="Bookmark",
            fields=[
                (
                    "kind",
                    models.CharField(max_length=40, primary_key=True, serialize=False),
                ),
                (
                    "last",
                    models.BigIntegerField(help_text="The primary key after which it goes on."),
                ),
            ],
        ),
    ]
