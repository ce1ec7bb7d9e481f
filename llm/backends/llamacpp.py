"""One llama.cpp model with one conversation in its memory, behind four plain methods.

The low-level API rather than `llama_cpp.Llama`, because that one swaps the process's stdout and
stderr for /dev/null while it loads, reads a whole prompt before it can be interrupted, and reserves
an array of n_batch x vocabulary scores (100 MB) that nothing here reads.
"""

import ctypes
import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from llama_cpp import llama_cpp

logger = logging.getLogger(__name__)

# ggml.h's log levels; the table in llama_cpp._logger is that of an older ggml and hides errors.
# What llama.cpp warns of is what we chose, tensor by tensor.
_GGML_LEVELS = {3: logging.DEBUG, 4: logging.ERROR}
_PIECE_BYTES = 256


@llama_cpp.llama_log_callback
def _log(level: int, text: bytes, _: Any) -> None:
    if level in _GGML_LEVELS:
        logger.log(_GGML_LEVELS[level], "%s", text.decode(errors="replace").strip())


def quiet_llama_cpp() -> None:
    """Sends llama.cpp's warnings and errors to logging and drops its chatter."""
    llama_cpp.llama_log_set(_log, ctypes.c_void_p(0))


class LlamaCpp:
    """A GGUF model and a context of `context_tokens`; every call from the same thread.

    `chunk_tokens` is how much of a prompt is read between two chances to interrupt.
    Raises `ValueError` if the file is not a model that llama.cpp can load and `RuntimeError` if
    a computation fails.
    """

    def __init__(self, path: Path, context_tokens: int, chunk_tokens: int, threads: int) -> None:
        quiet_llama_cpp()
        llama_cpp.llama_backend_init()
        self._chunk_tokens = chunk_tokens
        params = llama_cpp.llama_model_default_params()
        # The kernels want the weights repacked, so they are copied in any case: a mapped file
        # would stay resident beside the copy (56 MB).
        params.load_mode = llama_cpp.LLAMA_LOAD_MODE_NONE
        model = llama_cpp.llama_model_load_from_file(str(path).encode(), params)
        if model is None:
            raise ValueError(f"llama.cpp cannot load {path}")
        self._model: Any = model
        self._vocab: Any = llama_cpp.llama_model_get_vocab(model)
        self._context: Any = self._new_context(context_tokens, chunk_tokens, threads)
        self._memory: Any = llama_cpp.llama_get_memory(self._context)
        self._vocabulary_size = llama_cpp.llama_vocab_n_tokens(self._vocab)
        # What the memory holds, so that the next prompt is read only from where it differs.
        self._evaluated: list[int] = []

    def _new_context(self, context_tokens: int, chunk_tokens: int, threads: int) -> Any:
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = context_tokens
        params.n_batch = params.n_ubatch = chunk_tokens
        # Writing one token at a time waits for memory, not for arithmetic: a second thread gains
        # nothing and loses much when the other core is busy.
        params.n_threads = 1
        params.n_threads_batch = threads
        # Flash attention pays for long prompts; a few tokens after a long prefix take 1.5 times
        # as long with it (50 ms against 34 for 35 tokens after 460).
        params.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.no_perf = True
        context = llama_cpp.llama_init_from_model(self._model, params)
        if context is None:
            llama_cpp.llama_model_free(self._model)
            raise ValueError(f"llama.cpp cannot make a context of {context_tokens} tokens")
        return context

    def tokenize(self, text: str, markup: bool) -> list[int]:
        """The tokens of `text`; only with `markup` do control tokens in it count as such."""
        data = text.encode(errors="replace")  # JSON may bring half a surrogate pair
        tokens = (llama_cpp.llama_token * (len(data) + 1))()
        count = llama_cpp.llama_tokenize(
            self._vocab, data, len(data), tokens, len(tokens), False, markup
        )
        if count < 0:
            raise RuntimeError(f"llama.cpp cannot tokenize a text of {len(data)} bytes")
        return list(tokens[:count])

    def read(self, prompt: Sequence[int]) -> Iterator[None]:
        """Reads `prompt` into the memory in chunks, a pause after each.

        What the memory already holds of its beginning is not read again; the last token always
        is, since the next one is sampled from it. An abandoned reading leaves a valid memory.
        """
        kept = min(_common_prefix(self._evaluated, prompt), len(prompt) - 1)
        self._forget_from(kept)
        for start in range(kept, len(prompt), self._chunk_tokens):
            self._decode(prompt[start : start + self._chunk_tokens])
            yield

    def write(self, favoured: Iterable[int], bias: float) -> Iterator[bytes]:
        """Continues what was read, token by token, until the model ends its turn.

        Always the likeliest token, after `bias` (in nats) was added to the `favoured` ones and to
        the end of the turn. Pieces are UTF-8 but may split a character.
        """
        with self._sampler({*favoured, llama_cpp.llama_vocab_eos(self._vocab)}, bias) as sampler:
            while True:
                token = llama_cpp.llama_sampler_sample(sampler, self._context, -1)
                if llama_cpp.llama_vocab_is_eog(self._vocab, token):
                    return
                yield self._piece(token)
                self._decode([token])

    @contextmanager
    def _sampler(self, favoured: Collection[int], bias: float) -> Iterator[Any]:
        biases = [llama_cpp.llama_logit_bias(token, bias) for token in favoured]
        chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
        llama_cpp.llama_sampler_chain_add(
            chain,
            llama_cpp.llama_sampler_init_logit_bias(
                self._vocabulary_size,
                len(biases),
                (llama_cpp.llama_logit_bias * len(biases))(*biases),
            ),
        )
        llama_cpp.llama_sampler_chain_add(chain, llama_cpp.llama_sampler_init_greedy())
        try:
            yield chain
        finally:
            llama_cpp.llama_sampler_free(chain)

    def close(self) -> None:
        llama_cpp.llama_free(self._context)
        llama_cpp.llama_model_free(self._model)

    def _decode(self, tokens: Sequence[int]) -> None:
        array = (llama_cpp.llama_token * len(tokens))(*tokens)
        status = llama_cpp.llama_decode(
            self._context, llama_cpp.llama_batch_get_one(array, len(tokens))
        )
        if status != 0:
            self._forget_from(0)
            raise RuntimeError(f"llama.cpp failed to compute (status {status})")
        self._evaluated.extend(tokens)

    def _forget_from(self, position: int) -> None:
        llama_cpp.llama_memory_seq_rm(self._memory, 0, position, -1)
        del self._evaluated[position:]

    def _piece(self, token: int) -> bytes:
        buffer = ctypes.create_string_buffer(_PIECE_BYTES)
        size = llama_cpp.llama_token_to_piece(self._vocab, token, buffer, _PIECE_BYTES, 0, False)
        return buffer.raw[: max(size, 0)]


def _common_prefix(old: Sequence[int], new: Sequence[int]) -> int:
    for position, (before, after) in enumerate(zip(old, new, strict=False)):
        if before != after:
            return position
    return min(len(old), len(new))
