"""What is written is what llama.cpp itself would compute."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from llama_cpp import llama_cpp

from llm.backends.container import read_gguf
from llm.backends.gguf import RECIPE, packaged_model
from llm.backends.llamacpp import quiet_llama_cpp
from llm.backends.merging import merge
from llm.base import ModelError
from tests.llm.adapters import write_adapter

TOKENS = [1, 9690, 198, 2683, 359, 253, 5356, 5646, 30, 2, 198]
LAST = range(28, 30)
EXACT = {"token_embd": "F16"} | {f"blk.{layer}.": "F32" for layer in LAST}
"""In 32 bits from where the adapter begins; what is before computes the same with and without."""


def logits(path: Path, adapter: Path | None = None) -> np.ndarray:
    """The last token's, with llama.cpp applying `adapter` while it computes."""
    with _context(path) as (model, context):
        if adapter:
            lora = llama_cpp.llama_adapter_lora_init(model, str(adapter).encode())
            assert lora
            adapters = (llama_cpp.llama_adapter_lora_p_ctypes * 1)(lora)
            scales = (ctypes.c_float * 1)(1.0)
            assert llama_cpp.llama_set_adapters_lora(context, adapters, 1, scales) == 0
        tokens = (llama_cpp.llama_token * len(TOKENS))(*TOKENS)
        batch = llama_cpp.llama_batch_get_one(tokens, len(TOKENS))
        assert llama_cpp.llama_decode(context, batch) == 0
        size = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(model))
        return np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(context, -1), (size,)).copy()


@contextmanager
def _context(path: Path) -> Iterator[tuple[Any, Any]]:
    quiet_llama_cpp()
    llama_cpp.llama_backend_init()
    model_params = llama_cpp.llama_model_default_params()
    model = llama_cpp.llama_model_load_from_file(str(path).encode(), model_params)
    assert model
    params = llama_cpp.llama_context_default_params()
    params.n_ctx, params.n_threads, params.n_threads_batch = 64, 1, 1
    params.type_k = params.type_v = llama_cpp.GGML_TYPE_F32
    params.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
    context = llama_cpp.llama_init_from_model(model, params)
    assert context
    try:
        yield model, context
    finally:
        llama_cpp.llama_free(context)
        llama_cpp.llama_model_free(model)


def test_a_merged_model_says_what_llama_cpp_says_with_the_adapter(tmp_path: Path) -> None:
    """As both add in 32 bits, only the merging differs; rows of q and k are in order, then."""
    plain, merged = tmp_path / "plain.gguf", tmp_path / "merged.gguf"
    adapter = write_adapter(tmp_path / "adapter.gguf", layers=LAST)
    merge(packaged_model(), None, plain, EXACT)
    merge(packaged_model(), adapter, merged, EXACT)
    expected = logits(plain, adapter)
    assert np.abs(logits(plain) - expected).max() > 1  # the adapter matters
    assert np.abs(logits(merged) - expected).max() < 1e-2


def test_rounding_is_ggmls_own(tmp_path: Path) -> None:
    merge(packaged_model(), None, tmp_path / "ours.gguf", RECIPE)
    _requantise(packaged_model(), tmp_path / "theirs.gguf")
    ours, theirs = (read_gguf(tmp_path / f"{each}.gguf").tensors for each in ("ours", "theirs"))
    assert ours.keys() == theirs.keys()
    for name, tensor in ours.items():
        assert tensor.type == theirs[name].type
        assert np.array_equal(tensor.data, theirs[name].data), name


def _requantise(source: Path, target: Path) -> None:
    quiet_llama_cpp()
    params = llama_cpp.llama_model_quantize_default_params()
    params.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_0
    params.allow_requantize = True
    params.token_embedding_type = llama_cpp.GGML_TYPE_Q8_0
    overrides = (llama_cpp.llama_model_tensor_override * 2)()
    overrides[0].pattern, overrides[0].type = b"attn_", llama_cpp.GGML_TYPE_Q8_0
    params.tt_overrides = overrides  # ends at an empty one
    paths = str(source).encode(), str(target).encode()
    assert llama_cpp.llama_model_quantize(*paths, ctypes.byref(params)) == 0


def test_an_adapter_that_is_none_is_refused_by_name(tmp_path: Path) -> None:
    model = packaged_model()
    with pytest.raises(ModelError, match=r"Q4_1\.gguf: is not a LoRA adapter") as caught:
        merge(model, model, tmp_path / "merged.gguf", RECIPE)
    assert caught.value.permanent


@pytest.mark.parametrize("kept", [0, 3, 20, 100, 700, -1])
def test_a_truncated_adapter_is_refused_by_name(tmp_path: Path, kept: int) -> None:
    adapter = write_adapter(tmp_path / "adapter.gguf", layers=range(1))
    adapter.write_bytes(adapter.read_bytes()[:kept])
    with pytest.raises(ModelError, match=r"adapter\.gguf: is not a whole GGUF file"):
        merge(packaged_model(), adapter, tmp_path / "merged.gguf", RECIPE)


def test_an_adapter_of_other_shapes_is_refused_by_name(tmp_path: Path) -> None:
    adapter = write_adapter(tmp_path / "adapter.gguf", layers=range(1))
    renamed = adapter.read_bytes().replace(b"blk.0.attn_q", b"blk.0.attn_k")
    adapter.write_bytes(renamed.replace(b"blk.0.ffn_gate", b"blk.9.ffn_down"))
    with pytest.raises(ModelError, match=r"adapter\.gguf: is for another base: .*blk"):
        merge(packaged_model(), adapter, tmp_path / "merged.gguf", RECIPE)


def test_an_adapter_with_values_that_are_no_numbers_is_refused(tmp_path: Path) -> None:
    adapter = write_adapter(tmp_path / "adapter.gguf", size=float("nan"), layers=range(1))
    with pytest.raises(ModelError, match="that are no numbers"):
        merge(packaged_model(), adapter, tmp_path / "merged.gguf", RECIPE)
