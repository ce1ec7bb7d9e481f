import asyncio
import math
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from concierge.management.commands.evaluate import write_json
from concierge.model_test.offline_search import grounds
from concierge.model_test.people_questions import People
from llm.backends import releases
from llm.backends.engine import Engine
from llm.backends.local import LocalBackend
from llm.backends.releases import Release
from llm.base import ModelError
from llm.training.dataset import lessons
from llm.training.dataset.public import PublicData
from llm.training.evaluate import IN_FLIGHT, WAYS, Examined, Examiner
from llm.training.judge import Judge, common_words
from llm.training.release import record_scores
from llm.training.report import as_json, as_markdown, scores
from llm.training.rows import Row
from llm.training.sample import name_of, some_of_each
from retrieval.embedders import EmbedderError
from retrieval.language import detect

PATIENCE = 3600.0
"""Seconds; on a busy machine an evaluation is slow, no guest waits for it."""

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")


class Command(BaseCommand):
    help = (
        "Ask the local model the questions of the test, alone and as it is served, and print how "
        "many answers no note supports, say yes for no, refuse or should have. Needs no database. "
        "Without --release and --published: the model in service."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", type=Path, required=True, help="The folder of public data.")
        parser.add_argument(
            "--release", nargs="+", default=[], metavar="NAME|PATH", help="One model or several."
        )
        parser.add_argument(
            "--published", action="store_true", help="The base without an adapter, too."
        )
        parser.add_argument("--all", action="store_true", help="All rows instead of a sample.")
        parser.add_argument(
            "--each", type=int, default=20, help="Rows of each made-up kind in the sample."
        )
        parser.add_argument("--json", type=Path, metavar="FILE", help="Every answer goes there.")
        parser.add_argument(
            "--record", action="store_true", help="Write the scores into manifests and cards."
        )

    def handle(
        self,
        *,
        data: Path,
        release: Sequence[str],
        published: bool,
        all: bool,
        each: int,
        json: Path | None,
        record: bool,
        **options: object,
    ) -> None:
        models_dir = Path(str(settings.LLM_BACKENDS["local"]["MODELS_DIR"]))
        try:
            models = [_release(name, models_dir) for name in release]
            models += [releases.BASE] if published else []
            models = models or [releases.live(models_dir)]
            rows, judge = _test(data, all, each)
            runs = [run for model in models for run in self._examine(model, rows, judge)]
        except (ModelError, EmbedderError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(as_markdown(runs))
        if json is not None:
            write_json(json, {"test": name_of(rows), "runs": list(map(as_json, runs))})
        if record:
            _record(models, runs, name_of(rows))

    def _examine(self, model: Release, rows: Sequence[Row], judge: Judge) -> Iterator[Examined]:
        with (
            TemporaryDirectory(prefix="concierge-") as folder,
            closing(OneModel(model, Path(folder))) as backend,
        ):
            backend.warm_up()
            for way in WAYS:
                with tqdm(desc=f"{model.name}, {way}", unit=" answers", total=len(rows)) as bar:
                    examiner = Examiner(backend, judge, grounds, _language, bar.update)
                    yield asyncio.run(examiner.examine(model.name, rows, way))


class OneModel(LocalBackend):
    """`release`, whichever is live."""

    def __init__(self, release: Release, models_dir: Path) -> None:
        # Nobody waits here: a slow machine must not turn questions away.
        super().__init__("local", models_dir=models_dir, queue_size=IN_FLIGHT, max_wait=math.inf)
        self._release = release

    @property
    def model_id(self) -> str:
        return self._release.model_id

    def _load(self) -> Engine:
        return self._new_engine(releases.prepared(self._release, self._models_dir))


def _release(name: str, models_dir: Path) -> Release:
    """By its folder if `name` is one, else by the name of a release that this machine has."""
    if Path(name).is_dir():
        return releases.read_release(Path(name))
    return releases.find_release(name, models_dir)


def _test(data: Path, everything: bool, each: int) -> tuple[list[Row], Judge]:
    """The rows of the test, people's first, and who judges the answers to them."""
    try:
        public = PublicData(data)
        made = [row for row in lessons(data, "test") if row.kind != "people"]
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{data} does not hold the public data: {error!r}.") from error
    people = People(public).rows(everything)
    made = some_of_each(made, len(made) if everything else each)
    return [*people, *made], Judge(common_words(public))


def _language(text: str) -> str:
    return detect(text, LANGUAGES, "en")


def _record(models: Sequence[Release], runs: Sequence[Examined], test: str) -> None:
    for model in models:
        if model.folder is not None:
            try:
                measured = scores(runs, model.name, test)
            except ValueError as error:
                raise CommandError(f"{model.name}: too few answers by people to score.") from error
            record_scores(model.folder, measured)
