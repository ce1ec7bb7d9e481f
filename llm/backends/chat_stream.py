"""Reads the chunks of one streamed chat completion, whoever sent them and in whatever state."""

from openai.types.chat import ChatCompletionChunk

from llm import tokens
from llm.backends.api_errors import CONTENT_FILTER
from llm.base import Finish, Meter, ModelError, Reason

_FINISHES: dict[str, Finish] = {"stop": "stop", "length": "length"}
_PROMPT_FRAME = 200
"""Tokens that a server may put around the messages of a prompt: roles, separators, a preamble."""


class ChatStream:
    """Text out of chunks; finish reason and tokens go to `meter` as they become known.

    `max_chars` ends an answer that would not. What no chat stream holds is a `ModelError`.
    """

    def __init__(self, meter: Meter, prompt_bytes: int, max_tokens: int, max_chars: int) -> None:
        self._meter = meter
        self._prompt_bytes = prompt_bytes
        self._max_tokens = max_tokens
        self._max_chars = max_chars
        self._chars = 0
        self._bytes = 0

    @property
    def is_whole(self) -> bool:
        """The model said that it has finished; only its bill may follow."""
        return self._meter.finish is not None

    def read(self, chunk: ChatCompletionChunk) -> str:
        """The text in a chunk, often none."""
        try:
            return self._read(chunk)
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            # openai builds its objects without validating them: any JSON may be inside.
            raise _bad(f"a chunk of another shape: {type(error).__name__}") from None

    def check_end(self) -> None:
        """The stream has ended: is the answer one?"""
        if self._chars and not self.is_whole:
            raise _error("The model's answer ended without a finish reason", "cut")
        if not self._chars:
            raise _bad("an empty answer")

    def _read(self, chunk: ChatCompletionChunk) -> str:
        if chunk.usage is not None:
            self._bill(chunk.usage)
        if not chunk.choices or self.is_whole:
            return ""
        choice = chunk.choices[0]
        text = self._text(getattr(choice, "delta", None))  # a last chunk may be without
        if choice.finish_reason is not None:
            self._meter.finish = self._finish(choice.finish_reason)
        return text

    def _text(self, delta: object) -> str:
        """Tool calls stay where they are: nobody offered a tool."""
        if getattr(delta, "refusal", None):
            raise _error("The model would not answer", "declined")
        return self._counted(getattr(delta, "content", None) or "")

    def _counted(self, text: str) -> str:
        self._chars += len(text)
        self._bytes += tokens.size(text)
        if self._chars > self._max_chars:
            raise _error("The model's answer would not end", "endless")
        if text:
            self._meter.completion_tokens = tokens.estimate(self._bytes)
        return text

    def _finish(self, said: str) -> Finish:
        if said == CONTENT_FILTER:
            raise _error("A content filter ended the model's answer", "declined")
        if said not in _FINISHES:
            # Not what it said: a finish reason is a server's free text.
            raise _bad("an answer that ended to do something else")
        return _FINISHES[said]

    def _bill(self, usage: object) -> None:
        prompt = getattr(usage, "prompt_tokens", None)
        completion = getattr(usage, "completion_tokens", None)
        self._meter.prompt_tokens = tokens.believed(
            prompt, self._prompt_bytes, self._prompt_bytes + _PROMPT_FRAME
        )
        self._meter.completion_tokens = tokens.believed(completion, self._bytes, self._max_tokens)


def _bad(what: str) -> ModelError:
    return _error(f"The model sent {what}", "bad_answer")


def _error(message: str, reason: Reason) -> ModelError:
    return ModelError(message, permanent=False, reason=reason)
