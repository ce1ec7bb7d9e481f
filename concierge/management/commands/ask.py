import asyncio
import json

from django.core.management.base import BaseCommand, CommandError, CommandParser

from concierge.answering.answer import Answer, Asked
from concierge.answering.pipeline import collect
from concierge.chat.protocol import FrameError, clean_question
from properties.models import Property


class Command(BaseCommand):
    help = "Ask a property a question, as a guest would."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("property", help="The property's slug.")
        parser.add_argument("question")
        parser.add_argument("--language", default="", help="Two letters; detected without it.")
        parser.add_argument("--json", action="store_true", help="With sources, route, timings.")

    def handle(
        self, *, property: str, question: str, language: str, json: bool, **options: object
    ) -> None:
        try:
            asked = Asked(Property.objects.get(slug=property), clean_question(question), language)
        except Property.DoesNotExist:
            raise CommandError(f"There is no property {property!r}.") from None
        except FrameError as error:
            raise CommandError(error.message) from None
        answer = asyncio.run(collect(asked))
        self.stdout.write(as_json(answer) if json else as_text(answer))


def as_json(answer: Answer) -> str:
    return json.dumps(answer.as_json(), ensure_ascii=False, indent=2)


def as_text(answer: Answer) -> str:
    sources = (f"  [{source['type']}] {source['title']}" for source in answer.sources)
    return "\n".join([answer.text, *sources])
