from django.db import migrations, models


class Migration(migrations.Migration):
    """Records from before carry no recipe: what they say is free has to be checked once more."""

    dependencies = [("menus", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="itemallergen",
            name="recipe",
            field=models.CharField(blank=True, default="", editable=False, max_length=32),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="itemallergen",
            name="recorded_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
