import argparse
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from pydantic import TypeAdapter, ValidationError

from llm.backends.manifest import Name
from llm.base import ModelError
from llm.training.dataset import lessons, read_rows
from llm.training.rows import Part, Row

SMOKE_DATA = Path(__file__).resolve().parents[3] / "llm" / "training" / "smoke_data"
SMOKE_ROWS, SMOKE_TESTS, DEV_ROWS = 32, 3, 160


class Command(BaseCommand):
    help = (
        "Teach the local model with people's answers, export and check it, measure it on the test "
        "and keep it beside the one in service. Killed, it goes on with the same command. Needs "
        "the extra `train`, no database. docs/models.md explains it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--data", type=Path, help="The folder of public data.")
        source.add_argument(
            "--smoke", action="store_true", help="The whole way in minutes, with a handful of rows."
        )
        parser.add_argument("--name", type=_name, help="Of the new model; the default is home.")
        parser.add_argument("--epochs", type=_positive, default=1)
        parser.add_argument("--minutes", type=_positive, help="End training by then.")
        parser.add_argument("--rank", type=_positive, default=16)
        parser.add_argument(
            "--first-block", type=int, default=0, help="Leave those before it alone."
        )
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument(
            "--conversations",
            type=Path,
            metavar="FILE",
            help="More rows, in JSON lines: what an API answered, where the property agreed.",
        )

    def handle(
        self,
        *,
        data: Path | None,
        smoke: bool,
        name: str | None,
        conversations: Path | None,
        seed: int,
        **options: int,
    ) -> None:
        try:
            from llm.training.distilling import distil
            from llm.training.finetune import Recipe
        except ImportError as error:
            raise CommandError(f"{error.name} is missing: pip install -e .[train]") from error
        found = data or SMOKE_DATA
        recipe = Recipe(
            seed=seed,
            **{key: options[key] for key in ("rank", "first_block", "epochs", "minutes")},
        )
        rows, dev = _rows(found, "train", seed), _rows(found, "dev", seed)[:DEV_ROWS]
        if smoke:
            rows, dev = rows[:SMOKE_ROWS], dev[: SMOKE_ROWS // 4]
        if conversations is not None:
            rows += _of_conversations(conversations)
        models_dir = Path(str(settings.LLM_BACKENDS["local"]["MODELS_DIR"]))
        self.stdout.write(f"{len(rows):,} lessons.")
        try:
            folder = distil(name or ("smoke" if smoke else "home"), rows, dev, recipe, models_dir)
        except (ModelError, ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Wrote {folder}. Now its test, and that of the model in service.")
        measure = partial(call_command, "evaluate_model", data=found, stdout=self.stdout)
        measure(release=[str(folder)], record=True, **({"each": SMOKE_TESTS} if smoke else {}))
        if not smoke:
            measure()
        self.stdout.write(f"To make it live: manage.py promote_model {folder.name}")


def _rows(data: Path, part: Part, seed: int) -> list[Row]:
    try:
        return lessons(data, part, seed)
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{data} does not hold the public data: {error!r}.") from error


def _of_conversations(path: Path) -> list[Row]:
    try:
        return read_rows(path)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(str(error)) from error


def _name(text: str) -> str:
    try:
        return TypeAdapter(Name).validate_python(text)
    except ValidationError as error:
        raise argparse.ArgumentTypeError(error.errors()[0]["msg"]) from error


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 on")
    return int(text)
