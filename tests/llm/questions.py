from llm.base import Question, Source, Turn


def source(text: str, title: str = "") -> Source:
    return Source(kind="faq", external_id="1", title=title, text=text, score=0.9, language="en")


def question(text: str, *notes: str, history: tuple[Turn, ...] = ()) -> Question:
    return Question(
        text=text,
        language="en",
        property_name="The Old Mill",
        sources=tuple(source(note) for note in notes),
        history=history,
    )


BREAKFAST = question(
    "When is breakfast?", "Breakfast is served from 6:45 to 9:15 in the garden room."
)
