"""Any model behind an OpenAI-compatible URL."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import openai
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

from llm import tokens
from llm.backends.api_client import Clients
from llm.backends.api_errors import error_in_answer, error_in_asking
from llm.backends.chat_stream import ChatStream
from llm.base import Backend, Meter, ModelError, Question, Reason
from llm.prompts import api_messages

_WORTH_ASKING_AGAIN: frozenset[Reason] = frozenset({"refused", "rate_limited", "server_error"})
_PAUSE_SECONDS = 0.25
_TROUBLE = (openai.OpenAIError, ModelError, TimeoutError, ValueError, RecursionError)
Messages = Sequence[ChatCompletionMessageParam]
_Chunks = openai.AsyncStream[ChatCompletionChunk]


class OpenAIBackend(Backend):
    """Asks `model` at `base_url`; a server that wants no key gets an empty `api_key`.

    `first_token_seconds` and `total_seconds` count from the question, `gap_seconds` from one piece
    of text to the next. A server that is busy or broken is asked once more, only before it has
    begun to answer and only if the wait that it asks for fits into `first_token_seconds`.
    """

    def __init__(
        self,
        name: str,
        *,
        base_url: str,
        model: str,
        api_key: str = "",
        max_answer_tokens: int = 400,
        max_answer_chars: int = 4000,
        connect_seconds: float = 2.0,
        first_token_seconds: float = 4.0,
        gap_seconds: float = 1.5,
        total_seconds: float = 15.0,
    ) -> None:
        super().__init__(name)
        if not base_url.startswith(("http://", "https://")):
            raise ValueError("BASE_URL must start with http:// or https://")
        if not model:
            raise ValueError("MODEL must not be empty")
        self._model = model
        self.max_answer_tokens = max_answer_tokens
        self._max_answer_chars = max_answer_chars
        self._first_token_seconds = first_token_seconds
        self._gap_seconds = gap_seconds
        self._total_seconds = total_seconds
        self._clients = Clients(
            base_url, api_key, openai.Timeout(total_seconds, connect=connect_seconds)
        )

    @property
    def model_id(self) -> str:
        return self._model

    async def _pieces(self, question: Question, meter: Meter) -> AsyncGenerator[str, None]:
        patience = _Patience(self._first_token_seconds, self._gap_seconds, self._total_seconds)
        messages = api_messages(question)
        prompt_bytes = tokens.size_of_prompt(messages)
        answer = ChatStream(meter, prompt_bytes, self.max_answer_tokens, self._max_answer_chars)
        meter.sources_used = len(question.sources)
        # Whoever leaves while the server thinks is billed for the prompt all the same.
        meter.prompt_tokens = tokens.estimate(prompt_bytes)
        try:
            chunks = await self._ask(messages, patience.until)
        except ModelError as error:
            if error.reason != "timeout":
                meter.prompt_tokens = 0
            raise
        async with chunks:
            while (piece := await self._next_text(chunks, answer, patience)) is not None:
                yield piece
                patience.renew()
        answer.check_end()

    async def _ask(self, messages: Messages, until: float) -> _Chunks:
        try:
            return await self._ask_once(messages, until)
        except ModelError as error:
            pause = error.retry_after or _PAUSE_SECONDS
            too_late = asyncio.get_running_loop().time() + pause >= until
            if error.reason not in _WORTH_ASKING_AGAIN or too_late:
                raise
        await asyncio.sleep(pause)
        return await self._ask_once(messages, until)

    async def _ask_once(self, messages: Messages, until: float) -> _Chunks:
        try:
            async with asyncio.timeout_at(until):
                return await self._clients.here().chat.completions.create(
                    model=self._model,
                    messages=messages,
                    max_completion_tokens=self.max_answer_tokens,
                    stream=True,
                    stream_options={"include_usage": True},
                )
        except (openai.OpenAIError, TimeoutError, ValueError) as error:
            raise error_in_asking(self.name, error) from None

    async def _next_text(
        self, chunks: _Chunks, answer: ChatStream, patience: "_Patience"
    ) -> str | None:
        """The next piece of the answer, None after the last."""
        try:
            # A timeout never spans a yield: it would strike the guest's code, not the model's.
            async with asyncio.timeout_at(patience.until):
                while (chunk := await anext(chunks, None)) is not None:
                    if text := answer.read(chunk):
                        return text
        except _TROUBLE as error:
            # After the last word it is the server's own.
            if not answer.is_whole:
                raise error_in_answer(self.name, error, patience.word) from None
        return None

    def warm_up(self) -> None:
        """A connection is opened by the first question only, in its own event loop."""
        self._clients.warm_up()

    def close(self) -> None:
        self._clients.close()


class _Patience:
    """`until` when to wait for text, in the loop's time, and the `word` for waiting in vain."""

    def __init__(self, first_seconds: float, gap_seconds: float, total_seconds: float) -> None:
        self._now = asyncio.get_running_loop().time
        self._gap_seconds = gap_seconds
        self._end = self._now() + total_seconds
        self.until = min(self._now() + first_seconds, self._end)
        self.word: Reason = "timeout"

    def renew(self) -> None:
        """Some text came."""
        self.until = min(self._now() + self._gap_seconds, self._end)
        self.word = "endless" if self.until == self._end else "stalled"
