"""What the API takes and gives. `as_json()` of an answer is what `Answer` here describes."""

from rest_framework import serializers

from concierge.chat.protocol import MAX_QUESTION, FrameError, clean_question

MAX_ANSWER = 4000
MAX_TURNS = 10


class Turn(serializers.Serializer):
    question = serializers.CharField(max_length=MAX_QUESTION)
    answer = serializers.CharField(max_length=MAX_ANSWER)


class Ask(serializers.Serializer):
    question = serializers.CharField(max_length=MAX_QUESTION, help_text="In the guest's words.")
    language = serializers.RegexField(
        r"^[a-z]{2}$",
        required=False,
        help_text="ISO 639-1, the language to answer in. Detected if it is not given.",
    )
    history = serializers.ListField(
        child=Turn(),
        required=False,
        max_length=MAX_TURNS,
        help_text="What was said before, oldest first.",
    )
    stream = serializers.BooleanField(
        default=False, help_text="Answer as server-sent events, whatever `Accept` says."
    )

    def validate_question(self, question: str) -> str:
        try:
            return clean_question(question)
        except FrameError as error:
            raise serializers.ValidationError(error.message) from None


class Source(serializers.Serializer):
    type = serializers.CharField(help_text="menu, faq or recommendation.")
    external_id = serializers.CharField(help_text="Its id in the import, else the concierge's own.")
    title = serializers.CharField()
    score = serializers.FloatField(help_text="Higher is better.")


class Choice(serializers.Serializer):
    type = serializers.CharField(
        help_text="menu, faq or recommendation; reply where the concierge asks back."
    )
    external_id = serializers.CharField(help_text="As of a source; empty for a reply.")
    title = serializers.CharField(help_text="To be sent as the next question where it is tapped.")


class Tokens(serializers.Serializer):
    prompt = serializers.IntegerField()
    completion = serializers.IntegerField()


class Request(serializers.Serializer):
    type = serializers.CharField(help_text="towels, repair, taxi, late_checkout …")


class Handoff(serializers.Serializer):
    reason = serializers.ChoiceField(
        choices=["unanswerable", "asked_for", "safety", "allergen_unknown", "complaint", "request"]
    )
    urgent = serializers.BooleanField(help_text="Somebody may be in danger: show the number.")
    name = serializers.CharField(help_text="Whom to ask.")
    phone = serializers.CharField(help_text="As the staff wrote it. Empty if there is none.")
    dials = serializers.CharField(
        help_text="What a link `tel:` takes: E.164, or a short number. Empty where `phone` is none "
        "or rings inside the house only."
    )
    email = serializers.CharField(help_text="Empty if there is none.")
    request = Request(required=False, help_text="With the reason request: what is wanted.")


class Answer(serializers.Serializer):
    answer = serializers.CharField()
    status = serializers.ChoiceField(choices=["complete", "stopped", "incomplete"])
    route = serializers.CharField(help_text="Who answered: curated, cached, local, api or handoff.")
    reason = serializers.CharField(help_text="Why that one.")
    language = serializers.CharField(help_text="ISO 639-1.")
    sources = Source(many=True, help_text="What the answer rests on, best first.")
    cards = serializers.ListField(
        child=serializers.DictField(), help_text="Dishes and places to show beside the answer."
    )
    choices = Choice(
        many=True,
        help_text="What to offer to tap: further texts that come near, where none surely answers.",
    )
    handoff = Handoff(
        allow_null=True, help_text="A person has to help. Tell them: the API keeps nothing."
    )
    model = serializers.CharField(help_text="Empty if no model wrote it.")
    tokens = Tokens()
    timings_ms = serializers.DictField(
        child=serializers.FloatField(), help_text="Stages in milliseconds."
    )
