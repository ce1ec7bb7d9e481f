"""People's answers without the small talk that DSTC9's end in, and questions as guests write."""

import random
import re

from llm.guard.splitting import sentences

_ASIDE = re.compile(
    r"\b(anything else|help you|thank|good ?bye|have a (good|nice|great)|hope (that|this)"
    r"|let me (know|look)|feel free|hesitate|sounds good"
    r"|i can (still |go |make|send|help|book|also|do)|i will|i'll|i'd be|i could|shall i|should i"
    r"|would you|do you (need|want|still|require)|you will enjoy|are you going to|glad"
    r"|will this be|call them|you can contact|more questions|your (train|taxi|reservation)"
    r"|i have (it|every)|i don't think|looking for|no word|so annoying|first place"
    r"|this is a really nice)\b",
    re.IGNORECASE,
)
# A question that follows without a full stop: "no highchairs Anything else I can do for you?"
_UNSTOPPED = re.compile(
    r"(?<=[\w,)])\s+(?=(?:Anything|Would|Is (?:there|that|this|it)|Do (?:you|any)|Did|Can|Could|May"
    r"|Will|Does|Should|Shall|What|How|Are|Have|Which|When|Where|Any|So)\b[^.!?]*\?)"
)
_YES_NO = re.compile(
    r"^(?:yes|no|yeah|sure|certainly|absolutely)(?: they do| it does)?"
    r"(?:[,.!]\s*(?:sorry|i'm sorry|i'm afraid|unfortunately)\b)?[,.!]?\s+",
    re.IGNORECASE,
)
_STOPPED_NO = re.compile(r"^(?:yes|no|yeah|sure|certainly|absolutely)[,.!]", re.IGNORECASE)
_PLAINLY_ASKED = re.compile(
    r"^(?:is there|are there|do you have|have you got|do you (?:offer|serve|provide|allow)"
    r"|does \w+(?: \w+){0,4} (?:offer|have|serve|provide)|are \w+ (?:allowed|welcome)|any)\b",
    re.IGNORECASE,
)
_GREETINGS = (
    "Hi, ",
    "Hello, ",
    "Hi! ",
    "Hello! ",
    "Good morning, ",
    "Good evening. ",
    "Quick question: ",
    "One question: ",
    "Hey, ",
    "Excuse me, ",
    "Sorry, one more thing: ",
    "Please tell me: ",
)
_LONGEST = 45


def without_small_talk(answer: str) -> str:
    """What of a person's answer answers; "" where nothing is left, or too much."""
    pieces = [piece for part in _UNSTOPPED.split(answer) for piece in sentences(part)]
    kept = [each for each in pieces if not each.endswith(("?", "/")) and not _ASIDE.search(each)]
    text = " ".join(_ended(each) for each in kept)
    return text if text and len(text.split()) <= _LONGEST else ""


def without_yes_or_no(answer: str) -> str:
    """For a question that cannot be answered by the word alone."""
    if not _STOPPED_NO.match(answer):
        return answer
    rest = _YES_NO.sub("", answer)
    return rest[:1].upper() + rest[1:]


def plainly_asked(question: str) -> bool:
    """Whether "yes" means that there is what it asks for."""
    return _PLAINLY_ASKED.match(question) is not None


def spoken(chance: random.Random, question: str) -> str:
    """As a guest may write it: with a greeting, in lower case, without the mark."""
    if chance.random() < 0.12:
        question = chance.choice(_GREETINGS) + question[:1].lower() + question[1:]
        question = re.sub(r"\bi\b", "I", question)
    if chance.random() < 0.1:
        question = question.lower().rstrip("?")
    return question


def _ended(sentence: str) -> str:
    sentence = sentence.strip()
    sentence = sentence[:1].upper() + sentence[1:]
    return sentence if sentence.endswith((".", "!")) else f"{sentence}."
