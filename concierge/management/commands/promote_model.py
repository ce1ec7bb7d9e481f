from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from llm.backends import releases
from llm.backends.card import clear_trouble
from llm.backends.manifest import MEASURES
from llm.backends.releases import Release
from llm.backends.selftest import kernels_for
from llm.backends.server import is_served
from llm.base import ModelError
from llm.registry import get_backend


class Command(BaseCommand):
    help = (
        "Make a distilled model the live one, without a restart: the next question is answered by "
        "it. Its files are checked and prepared before. docs/models.md explains it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        action = parser.add_mutually_exclusive_group(required=True)
        action.add_argument(
            "release", nargs="?", help="Its name in --list, or its folder, which is copied."
        )
        action.add_argument("--list", action="store_true", help="All of them, with their scores.")
        action.add_argument("--rollback", action="store_true", help="To the one before.")
        parser.add_argument("--force", action="store_true", help="However bad its scores are.")

    def handle(
        self, *, release: str | None, list: bool, rollback: bool, force: bool, **options: object
    ) -> None:
        models_dir = Path(str(settings.LLM_BACKENDS["local"]["MODELS_DIR"]))
        try:
            if release is not None:
                self._promote(_find(release, models_dir), models_dir, force)
            elif rollback:
                self.stdout.write(f"{releases.roll_back(models_dir).name} is live again.")
                _wake_engine()
            else:
                self.stdout.write(_table(models_dir))
        except ModelError as error:
            raise CommandError(str(error)) from error

    def _promote(self, release: Release, models_dir: Path, force: bool) -> None:
        before = releases.live(models_dir)
        if before.model_id == release.model_id and _is_sound(before, models_dir):
            raise CommandError(f"{release.name} is live already.")
        if not force and (losses := _losses(release, before)):
            raise CommandError(
                f"{release.name} is worse than {before.name}: {'; '.join(losses)}. "
                "Make it live all the same with --force."
            )
        self.stdout.write(f"Preparing {release.name}: some seconds.")
        kernels_for(releases.prepared(release, models_dir))  # or the engine would die of it
        releases.promote(release, models_dir)
        self.stdout.write(
            f"{release.name} is live. Answers in flight are finished by {before.name}; answers "
            "remembered from it are not given again.\n"
            "Back again: manage.py promote_model --rollback"
        )
        _wake_engine()


def _wake_engine() -> None:
    """One that was left alone after crashes starts again; one without a model loads this one."""
    if settings.ENGINE_IS_OWN:
        clear_trouble(settings.ENGINE_SOCKET)
        if is_served(settings.ENGINE_SOCKET):
            get_backend("engine").warm_up()


def _is_sound(release: Release, models_dir: Path) -> bool:
    try:
        releases.prepared(release, models_dir)
    except ModelError:
        return False
    return True


def _find(release: str, models_dir: Path) -> Release:
    if (folder := Path(release).resolve()).is_dir():
        return releases.read_release(folder)
    return releases.find_release(release, models_dir)


def _losses(release: Release, before: Release) -> list[str]:
    if before.scores is None:
        return []
    if release.scores is None:
        return ["it has no scores (manage.py evaluate_model)"]
    return release.scores.worse_than(before.scores)


def _table(models_dir: Path) -> str:
    live, found = releases.live(models_dir), releases.all_releases(models_dir)
    columns = ["", "model", *(words for words, _ in MEASURES.values())]
    width = max(len(release.name) for release in found)
    lines = [
        ["live" if release == live else "", release.name, *_shown(release)] for release in found
    ]
    widths = [4, width, *(len(words) for words in columns[2:])]
    return "\n".join(
        "  ".join(f"{cell:{size}}" for cell, size in zip(line, widths, strict=True)).rstrip()
        for line in [columns, *lines]
    )


def _shown(release: Release) -> list[str]:
    scores = release.scores
    return [f"{getattr(scores, name):.1%}" if scores else "-" for name in MEASURES]
