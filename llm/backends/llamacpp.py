"""One llama.cpp model whose memory holds several sequences, computed together in one batch.

The low-level API rather than `llama_cpp.Llama`, because that one knows a single sequence, swaps the
process's stdout and stderr for /dev/null while it loads, reads a whole prompt before it can be
interrupted, and reserves an array of n_batch x vocabulary scores (100 MB) that nothing here reads.
"""

import ctypes
import logging
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from llama_cpp import llama_cpp

from llm.backends.selftest import Kernels, kernels_for

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


def _load_kernels() -> None:
    """Where the library was compiled for any processor, its kernels are in files beside it, and the
    best for this one is taken (native/llama.cmake). Else they are in the library already.
    """
    folder = Path(str(llama_cpp.__file__)).parent / "lib"
    ggml = ctypes.CDLL(str(next(folder.glob("libggml.*"))))
    if not ggml.ggml_backend_reg_count():
        ggml.ggml_backend_load_all_from_path(str(folder).encode())


class Feed(NamedTuple):
    """What is to be computed of one sequence: `tokens`, which stand at `position` and after it.

    After each of the last `outputs` tokens the likeliest next one is wanted.
    """

    sequence: int
    position: int
    tokens: Sequence[int]
    outputs: int


class LlamaCpp:
    """A GGUF model and a memory of `cells` tokens in `sequences`; one thread at a time.

    `batch_tokens` is the most that is computed at once, with the `kernels` that the self-test finds
    where none are named. Raises `ValueError` if the file is not a model that llama.cpp can load,
    and a permanent `ModelError` rather than let this process die of its first batch.
    """

    def __init__(
        self,
        path: Path,
        cells: int,
        batch_tokens: int,
        threads: int,
        sequences: int = 1,
        kernels: Kernels | None = None,
    ) -> None:
        kernels = kernels or kernels_for(path)
        quiet_llama_cpp()
        llama_cpp.llama_backend_init()
        _load_kernels()
        params = llama_cpp.llama_model_default_params()
        # The kernels want the weights repacked, so they are copied in any case: a mapped file
        # would stay resident beside the copy (56 MB).
        params.load_mode = llama_cpp.LLAMA_LOAD_MODE_NONE
        params.use_extra_bufts = kernels is Kernels.REPACKED
        model = llama_cpp.llama_model_load_from_file(str(path).encode(), params)
        if model is None:
            raise ValueError(f"llama.cpp cannot load {path}")
        self._model: Any = model
        self._vocab: Any = llama_cpp.llama_model_get_vocab(model)
        self._context: Any = self._new_context(cells, batch_tokens, threads, sequences)
        self._memory: Any = llama_cpp.llama_get_memory(self._context)
        self._vocabulary_size = llama_cpp.llama_vocab_n_tokens(self._vocab)
        self._batch = _Batch(batch_tokens)

    def _new_context(self, cells: int, batch_tokens: int, threads: int, sequences: int) -> Any:
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = cells
        params.n_batch = params.n_ubatch = batch_tokens
        params.n_seq_max = sequences
        # One pool of cells, so that a sequence's beginning is shared and not copied, and sequences
        # of different lengths are computed in one go.
        params.kv_unified = True
        # A single token waits for memory, not for arithmetic: a second thread gains nothing and
        # loses much when the other core is busy.
        params.n_threads = 1
        params.n_threads_batch = threads
        # Skips the cells of other sequences; without it 128 tokens beside eight sequences of 120
        # take 1.7 times as long (docs/engine.md).
        params.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_ENABLED
        params.no_perf = True
        context = llama_cpp.llama_init_from_model(self._model, params)
        if context is None:
            llama_cpp.llama_model_free(self._model)
            raise ValueError(f"llama.cpp cannot make a context of {cells} tokens")
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

    def piece(self, token: int) -> bytes:
        """The token's text in UTF-8, of which it may hold half a character."""
        buffer = ctypes.create_string_buffer(_PIECE_BYTES)
        size = llama_cpp.llama_token_to_piece(self._vocab, token, buffer, _PIECE_BYTES, 0, False)
        return buffer.raw[: max(size, 0)]

    def ends_turn(self, token: int) -> bool:
        return bool(llama_cpp.llama_vocab_is_eog(self._vocab, token))

    def compute(self, feeds: Sequence[Feed]) -> list[list[int]]:
        """Adds `feeds`, at most `batch_tokens` in all; for each the likeliest tokens it asks for.

        Raises `RuntimeError` if llama.cpp fails; the memory is then as it was before.
        """
        self._batch.fill(feeds)
        status = llama_cpp.llama_decode(self._context, self._batch.struct)
        if status != 0:
            for feed in feeds:
                self.forget(feed.sequence, feed.position)
            raise RuntimeError(f"llama.cpp failed to compute (status {status})")
        wanted = sum(feed.outputs for feed in feeds)
        if not wanted:
            return [[] for _ in feeds]
        scores = np.ctypeslib.as_array(
            llama_cpp.llama_get_logits(self._context), (wanted, self._vocabulary_size)
        )
        likeliest = iter(scores.argmax(axis=1).tolist())
        return [list(islice(likeliest, feed.outputs)) for feed in feeds]

    def share(self, source: int, target: int, length: int) -> None:
        """The first `length` tokens of sequence `source` are those of `target`, too."""
        llama_cpp.llama_memory_seq_cp(self._memory, source, target, 0, length)

    def forget(self, sequence: int, position: int) -> None:
        """Drops the tokens of `sequence` from `position` on."""
        llama_cpp.llama_memory_seq_rm(self._memory, sequence, position, -1)

    def close(self) -> None:
        self._batch.free()
        llama_cpp.llama_free(self._context)
        llama_cpp.llama_model_free(self._model)


class _Batch:
    """A `llama_batch`, seen as arrays."""

    def __init__(self, size: int) -> None:
        self.struct: Any = llama_cpp.llama_batch_init(size, 0, 1)
        self._token = np.ctypeslib.as_array(self.struct.token, (size,))
        self._position = np.ctypeslib.as_array(self.struct.pos, (size,))
        self._wanted = np.ctypeslib.as_array(self.struct.logits, (size,))
        np.ctypeslib.as_array(self.struct.n_seq_id, (size,))[:] = 1

    def fill(self, feeds: Sequence[Feed]) -> None:
        start = 0
        for feed in feeds:
            end = start + len(feed.tokens)
            self._token[start:end] = feed.tokens
            self._position[start:end] = range(feed.position, feed.position + len(feed.tokens))
            self._wanted[start:end] = 0
            self._wanted[end - feed.outputs : end] = 1
            for index in range(start, end):
                self.struct.seq_id[index][0] = feed.sequence
            start = end
        self.struct.n_tokens = start

    def free(self) -> None:
        llama_cpp.llama_batch_free(self.struct)
