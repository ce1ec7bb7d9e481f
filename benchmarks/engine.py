"""Every number of the answer engine, one table after the other, in one run.

    python benchmarks/engine.py DATA [--var DIR] [--router-cases FILE] [--peer PYTHON] [--cv]

Needs nothing else running. `--var` is a data folder with the demo hotel (`manage.py load_demo`);
`--router-cases` a file of benchmarks/router_cases.py, `--peer` a Python with GPTCache, `--cv` the
extra `train`: without one of them its table is left out, or judged by the weights that ship.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="the folder with dstc9, dstc11, nlupp, injection")
    parser.add_argument("--var", type=Path, default=REPOSITORY / "var")
    parser.add_argument("--router-cases", type=Path)
    parser.add_argument("--peer", help="the Python of a virtual environment with GPTCache")
    failed = []
    for title, script, *arguments in tables(parser.parse_args()):
        print(f"\n=== {title}\n    python benchmarks/{script} {' '.join(arguments)}\n", flush=True)
        if subprocess.run([sys.executable, str(HERE / script), *arguments]).returncode:
            failed.append(script)
    if failed:
        sys.exit(f"No table from {', '.join(failed)}: see above.")


def tables(options: argparse.Namespace) -> Iterator[tuple[str, ...]]:
    data = str(options.data)
    yield "Each way to answer, frame to frame", "ways.py", "--var", str(options.var)
    yield "The guard, on people's true answers and on corrupted ones", "guard.py", data
    yield "Prompt injection", "injection.py", data
    yield "Memory beside redis-benchmark", "memory.py"
    if options.router_cases:
        yield "Router, kNN, chance", "router.py", str(options.router_cases)
    if options.peer:
        properties = str(options.data / "dstc9/properties.jsonl")
        yield "Cache beside GPTCache", "cache.py", properties, "--peer", options.peer


if __name__ == "__main__":
    main()
