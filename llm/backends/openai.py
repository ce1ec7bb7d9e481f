"""Any model behind an OpenAI-compatible URL."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from weakref import WeakKeyDictionary

import openai
from openai.types.chat import ChatCompletionChunk

from llm.base import Backend, Finish, Meter, ModelError, Question
from llm.prompts import api_messages

# The server was busy or broken, asking again may help. Any other 4xx is our own mistake.
_TRANSIENT_STATUSES = frozenset({408, 409, 425, 429})
_FINISHES: dict[str, Finish] = {"stop": "stop", "length": "length"}
_Chunks = openai.AsyncStream[ChatCompletionChunk]


class OpenAIBackend(Backend):
    """Asks `model` at `base_url`; a server that wants no key gets an empty `api_key`.

    The seconds count from the question; a question is retried once, within them and only before
    the answer has begun.
    """

    def __init__(
        self,
        name: str,
        *,
        base_url: str,
        model: str,
        api_key: str = "",
        max_answer_tokens: int = 400,
        connect_seconds: float = 2.0,
        first_token_seconds: float = 4.0,
        total_seconds: float = 15.0,
    ) -> None:
        super().__init__(name)
        if not base_url.startswith(("http://", "https://")):
            raise ValueError("BASE_URL must start with http:// or https://")
        if not model:
            raise ValueError("MODEL must not be empty")
        self._base_url = base_url
        self._model = model
        self._api_key = api_key
        self._max_answer_tokens = max_answer_tokens
        self._connect_seconds = connect_seconds
        self._first_token_seconds = first_token_seconds
        self._total_seconds = total_seconds
        # Kept connections belong to the event loop that opened them.
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, openai.AsyncOpenAI]
        self._clients = WeakKeyDictionary()
        self._lock = threading.Lock()

    @property
    def model_id(self) -> str:
        return self._model

    async def _pieces(self, question: Question, meter: Meter) -> AsyncGenerator[str, None]:
        asked = asyncio.get_running_loop().time()
        until = asked + self._first_token_seconds
        meter.sources_used = len(question.sources)
        try:
            # A timeout never spans a yield: it would strike the guest's code, not the model's.
            async with asyncio.timeout_at(until):
                chunks = await self._ask(question)
            async with chunks:
                while (chunk := await _next_chunk(chunks, until)) is not None:
                    if piece := _read_chunk(chunk, meter):
                        until = asked + self._total_seconds
                        yield piece
        except (openai.OpenAIError, TimeoutError, ValueError) as error:
            raise self._model_error(error) from error
        if meter.first_piece is None:
            raise ModelError(f"The model {self.name} sent an empty answer", permanent=False)

    async def _ask(self, question: Question) -> _Chunks:
        return await self._client().chat.completions.create(
            model=self._model,
            messages=api_messages(question),
            max_completion_tokens=self._max_answer_tokens,
            stream=True,
            stream_options={"include_usage": True},
        )

    def _client(self) -> openai.AsyncOpenAI:
        loop = asyncio.get_running_loop()
        with self._lock:
            if loop not in self._clients:
                self._clients[loop] = openai.AsyncOpenAI(
                    base_url=self._base_url,
                    api_key=self._api_key,
                    timeout=openai.Timeout(self._total_seconds, connect=self._connect_seconds),
                    max_retries=1,
                )
            return self._clients[loop]

    def _model_error(self, error: Exception) -> ModelError:
        # Not the error's own text: a server may repeat the guest's words in it.
        reason = type(error).__name__
        permanent = False
        if isinstance(error, openai.APIStatusError):
            reason = f"status {error.status_code}"
            permanent = error.status_code < 500 and error.status_code not in _TRANSIENT_STATUSES
        return ModelError(f"The model {self.name} failed: {reason}", permanent)

    def warm_up(self) -> None:
        """A connection is opened by the first question, in its own event loop."""

    def close(self) -> None:
        with self._lock:
            clients = list(self._clients.items())
            self._clients.clear()
        for loop, client in clients:
            if loop.is_running():
                asyncio.run_coroutine_threadsafe(client.close(), loop)


async def _next_chunk(chunks: _Chunks, until: float) -> ChatCompletionChunk | None:
    async with asyncio.timeout_at(until):
        return await anext(chunks, None)


def _read_chunk(chunk: ChatCompletionChunk, meter: Meter) -> str:
    """The text in a chunk; token counts and finish reason go to `meter`."""
    if chunk.usage is not None:
        meter.prompt_tokens = chunk.usage.prompt_tokens
        meter.completion_tokens = chunk.usage.completion_tokens
    if not chunk.choices:
        return ""
    choice = chunk.choices[0]
    if choice.finish_reason is not None:
        if choice.finish_reason not in _FINISHES:
            raise ModelError(f"The model ended with {choice.finish_reason}", permanent=False)
        meter.finish = _FINISHES[choice.finish_reason]
    return choice.delta.content or ""
