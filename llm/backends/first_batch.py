"""`python -m llm.backends.first_batch MODEL KERNELS`: the child that the self-test sends ahead.

It computes what the engine does first: a full batch on all threads, then a token of two answers.
"""

import resource
import signal
import sys
from pathlib import Path

from llm.backends.llamacpp import Feed, LlamaCpp
from llm.backends.local import BATCH_TOKENS, default_threads
from llm.backends.selftest import SECONDS, Kernels


def main() -> None:
    signal.alarm(SECONDS)  # It ends by itself, also where its parent was killed.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # Its death is expected: no core file.
    compute(Path(sys.argv[1]), Kernels(sys.argv[2]))


def compute(model: Path, kernels: Kernels) -> None:
    llama = LlamaCpp(model, 2 * BATCH_TOKENS, BATCH_TOKENS, default_threads(), 2, kernels)
    prompt = llama.tokenize("A batch is as long as this. " * BATCH_TOKENS, markup=False)
    feed = Feed(0, 0, prompt[:BATCH_TOKENS], outputs=1)
    (written,) = llama.compute([feed])
    llama.compute([Feed(0, BATCH_TOKENS, written, 1), Feed(1, 0, prompt[:1], 1)])
    llama.close()


if __name__ == "__main__":
    main()
