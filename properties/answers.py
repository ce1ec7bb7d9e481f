"""How a property wants its guests answered. On the property's own row: nothing is joined for it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

SHARE = [MinValueValidator(0.0, "From 0 to 1."), MaxValueValidator(1.0, "From 0 to 1.")]


class AnswerSettings(models.Model):
    """What is left empty follows the product; the concierge knows its defaults."""

    class Tone(models.TextChoices):
        FRIENDLY = "friendly", "Friendly"
        FORMAL = "formal", "Formal"
        BRIEF = "brief", "Brief"

    floor = models.FloatField(
        "answers from",
        null=True,
        blank=True,
        validators=SHARE,
        help_text="How sure the concierge must be that something you wrote answers the question, "
        "from 0 to 1. Higher: it says “I don't know” more often and is wrong less often. "
        "Empty: the recommended value.",
    )
    sure = models.FloatField(
        "your own words from",
        null=True,
        blank=True,
        validators=SHARE,
        help_text="From here on your text is the answer, as it stands; below, a model writes from "
        "it where you have one, or it is shown as the nearest that you wrote. Lower: more answers, "
        "and more that are wrong. Empty: the recommended value.",
    )
    local_share = models.FloatField(
        "share of the local model",
        default=0.7,
        validators=SHARE,
        help_text="Of the answers that a model writes, how many the local one should write; the "
        "harder rest goes to the API. 1: the API is never asked, from now on. Any other value "
        "takes effect with the next calibration.",
    )
    router_threshold = models.FloatField(
        "difficulty for the API",
        null=True,
        blank=True,
        editable=False,
        help_text="Questions harder than this go to the API. Set by manage.py calibrate_router.",
    )
    tone = models.CharField(
        max_length=10,
        choices=Tone,
        default=Tone.FRIENDLY,
        help_text="How a model words its answers. Your own words are never changed.",
    )
    daily_tokens = models.PositiveIntegerField(
        "tokens a day",
        default=200_000,
        help_text="What the API may read and write in a day; then the local model answers alone. "
        "0: no limit.",
    )
    daily_money = models.DecimalField(
        "money a day",
        max_digits=8,
        decimal_places=2,
        default=5,
        validators=[MinValueValidator(0, "Not below 0.")],
        help_text="The same in money, in the currency of the API's prices. 0: no limit.",
    )
    emergency_phone = models.CharField(
        max_length=40,
        blank=True,
        help_text="Whom guests call in danger, day and night, from their own phones. "
        "Empty: 112, or 911 where the country has that.",
    )
    helpline_phone = models.CharField(
        max_length=40,
        blank=True,
        help_text="Whom guests call who think of suicide, or fear it of somebody: a line that "
        "answers day and night. Empty: that of your country, where we know one.",
    )
    emergency_text = models.TextField(
        blank=True,
        max_length=600,
        help_text="Told at once to a guest who writes of a fire, an injury, a locked door or a "
        "threat, above a button that calls. Guests who write in another language than yours get "
        "our own sentence.",
    )
    handoff_text = models.TextField(
        blank=True,
        max_length=300,
        help_text="Said whenever your staff is asked to help, for example “Someone will be with "
        "you within 10 minutes”. Only promise what you keep.",
    )
    person_text = models.TextField(
        "asked for a person",
        blank=True,
        max_length=600,
        help_text="Told to a guest who wants to speak to somebody, instead of our own sentence.",
    )
    complaint_text = models.TextField(
        "complaint",
        blank=True,
        max_length=600,
        help_text="Told to a guest who complains, instead of our own sentence.",
    )

    class Meta:
        abstract = True
