from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("properties", "0004_emergency_number_help"),
    ]

    operations = [
        migrations.AddField(
            model_name="property",
            name="helpline_phone",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Whom guests call who think of suicide, or fear it of somebody: a line that answers day and night. Empty: that of your country, where we know one.",
                max_length=40,
            ),
            preserve_default=False,
        ),
    ]
