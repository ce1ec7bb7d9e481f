"""all-MiniLM-L6-v2 in int8 on ONNX Runtime: English against English, 384 dimensions.

Mean pooling and normalising follow the model's own modules.json; both are done here because the
ONNX graph ends with the tokens' vectors.
"""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from retrieval.embedders.artifact import DIRECTORY, MODEL, TOKENIZER, Artifact
from retrieval.embedders.base import DIMENSIONS, EmbedderError, Vectors, clean, embed_each

MAX_TOKENS = 256
"""The model's own max_seq_length (sentence_bert_config.json); longer texts are cut there."""


class MiniLM:
    dimensions = DIMENSIONS

    def __init__(self, directory: Path = DIRECTORY) -> None:
        self._artifact = Artifact(directory)
        self._lock = threading.Lock()
        self._loaded: tuple[Tokenizer, onnxruntime.InferenceSession] | None = None

    @property
    def model_id(self) -> str:
        return self._artifact.model_id

    def embed_query(self, text: str) -> Vectors:
        tokenizer, session = self._runtime()
        ids = np.array([tokenizer.encode(clean(text)).ids], np.int64)
        inputs = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        (tokens,) = session.run(None, inputs)
        vector: Vectors = tokens[0].mean(axis=0)
        return vector / np.linalg.norm(vector)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return embed_each(self.embed_query, texts)

    def _runtime(self) -> tuple[Tokenizer, onnxruntime.InferenceSession]:
        with self._lock:
            if self._loaded is None:
                self._loaded = (self._tokenizer(), self._session())
            return self._loaded

    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(self._artifact.verified(TOKENIZER)))
        # The file asks for padding to a fixed length: wasted work for one text at a time.
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        return tokenizer

    def _session(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        # A question is 10 to 20 tokens: a second thread gains nothing, and spinning takes the core
        # that the language model runs on.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # The arena keeps the memory of the longest text ever seen.
        options.enable_cpu_mem_arena = False
        # Newer ARM CPUs would quantise by other rules than all the rest (docs/embedders.md).
        options.add_session_config_entry("mlas.disable_kleidiai", "1")
        path = self._artifact.verified(MODEL)
        try:
            return onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own errors share no public base class
            raise EmbedderError(f"ONNX Runtime cannot load {path}: {error}") from error
