"""Which models there are, which one is live, and the last good one where that cannot be served.

A release is a folder: a LoRA adapter for the packaged base, a manifest with hashes and scores, a
card for people. One ships in `llm/models`, those distilled at home are in `MODELS_DIR/releases`.
`MODELS_DIR/live.json` names the live one and those before it; docs/models.md explains it all.
"""

import fcntl
import json
import logging
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from llm.backends.gguf import packaged_model, prepare
from llm.backends.manifest import Manifest, Scores, read_manifest, sha256
from llm.base import ModelError

logger = logging.getLogger(__name__)

ADAPTER, MANIFEST, CARD = "adapter.gguf", "manifest.json", "README.md"
SHIPPED = Path(__file__).resolve().parents[1] / "models" / "concierge-smollm2"
KEPT = 3
"""So many earlier models can be rolled back to."""

_PARTIAL = ".partial"

_Stamp = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class Release:
    """A model; `folder` and `manifest` are None for the base as published, without an adapter."""

    name: str
    folder: Path | None = None
    manifest: Manifest | None = None

    @property
    def adapter(self) -> Path | None:
        return self.folder / ADAPTER if self.folder else None

    @property
    def scores(self) -> Scores | None:
        return self.manifest.scores if self.manifest else None

    @property
    def model_id(self) -> str:
        """Another one wherever answers may differ: for caches, traces and the prepared file."""
        return f"{self.name}-{self.manifest.files[ADAPTER][:8]}" if self.manifest else self.name


BASE = Release("SmolLM2-135M-Instruct")
"""What the releases are compared with; it is never live."""


def read_release(folder: Path) -> Release:
    """The release in `folder`, by its manifest. A permanent `ModelError` names what is wrong."""
    path = folder / MANIFEST
    manifest = read_manifest(path)
    if ADAPTER not in manifest.files:
        raise ModelError(f"{path}: files has no {ADAPTER}", permanent=True)
    return Release(manifest.name, folder, manifest)


def shipped() -> Release:
    """The one in the repository. Raises a permanent `ModelError` if its manifest is bad."""
    return read_release(SHIPPED)


def find_release(name: str, models_dir: Path) -> Release:
    """The shipped release or the one distilled at home; a permanent `ModelError` if it is bad."""
    if name == SHIPPED.name:
        return shipped()
    release = read_release(releases_dir(models_dir) / name)
    if release.name != name:
        raise ModelError(
            f"{release.folder}: is called {release.name} by its manifest", permanent=True
        )
    return release


def all_releases(models_dir: Path) -> list[Release]:
    """The one that ships and those distilled at home; bad ones are logged and left out."""
    home = releases_dir(models_dir)
    folders = (path.parent.name for path in home.glob(f"*/{MANIFEST}"))
    names = sorted(name for name in folders if not name.endswith(_PARTIAL))
    return list(_readable([shipped().name, *names], models_dir))


def releases_dir(models_dir: Path) -> Path:
    return models_dir / "releases"


def live(models_dir: Path) -> Release:
    """The release that should serve: the cost of a stat, so that every question can ask.

    Where its manifest cannot be read, the last one's that can. Whether its files are sound is
    seen when they are prepared: `first_good`. Raises a permanent `ModelError` if there is none.
    """
    path = _live_file(models_dir)
    stamp = _stamp(path)
    seen = _seen.get(path)
    if seen is None or seen[0] != stamp:
        seen = _seen[path] = stamp, next(_in_order(models_dir))
    return seen[1]


def first_good(models_dir: Path) -> tuple[Release, Path]:
    """The live release and its prepared file; where it is bad, the last good one before it.

    The log says which file is bad and why. Raises a permanent `ModelError` if none is good.
    """
    for release in _in_order(models_dir):
        try:
            return release, prepared(release, models_dir)
        except ModelError as error:
            problem = error
            logger.error("The model %s cannot serve: %s", release.name, error)
    raise problem


def prepared(release: Release, models_dir: Path) -> Path:
    """The file that llama.cpp loads, made in seconds if it is missing, outdated or damaged.

    Processes may ask at once. A permanent `ModelError` names the bad file and says why it is bad.
    """
    base, adapter = packaged_model(), release.adapter
    if release.manifest and adapter:
        if sha256(base) != release.manifest.base.sha256:
            raise ModelError(
                f"{adapter}: is for another base than {base}, or that file is damaged",
                permanent=True,
            )
        if sha256(adapter) != release.manifest.files[ADAPTER]:
            raise ModelError(f"{adapter}: its SHA-256 is not the manifest's", permanent=True)
    return prepare(base, adapter, prepared_file(release, models_dir))


def prepared_file(release: Release, models_dir: Path) -> Path:
    """Where the file that llama.cpp loads is, or will be once it is made."""
    return models_dir / f"{release.model_id}.gguf"


def promote(release: Release, models_dir: Path) -> None:
    """Prepares `release`, copies it into `models_dir` if it is elsewhere, and makes it live.

    Running processes take it up with their next question. A permanent `ModelError` says what is
    bad about it; nothing has changed then.
    """
    prepared(release, models_dir)
    with _changing(models_dir):
        _bring_home(release, models_dir)
        names = (name for name in _names(models_dir) if name != release.name)
        _make_live([release.name, *names], models_dir)


def roll_back(models_dir: Path) -> Release:
    """Makes the model before the live one live again, prepared anew if need be.

    Raises a permanent `ModelError` if there is none, or if it is bad.
    """
    with _changing(models_dir):
        names = _names(models_dir)[1:]
        if not names:
            raise ModelError("There is no earlier model to roll back to", permanent=True)
        release = find_release(names[0], models_dir)
        prepared(release, models_dir)
        _make_live(names, models_dir)
    return release


def _in_order(models_dir: Path) -> Iterator[Release]:
    """The live release, those before it and the one that ships, as far as they can be read.

    Raises the last one's `ModelError` if not even that can be.
    """
    names = _names(models_dir)
    yield from _readable(names, models_dir)
    if (last := shipped()).name not in names:
        yield last


def _readable(names: Iterable[str], models_dir: Path) -> Iterator[Release]:
    for name in names:
        try:
            yield find_release(name, models_dir)
        except ModelError as error:
            logger.error("The model %s cannot serve: %s", name, error)


def _names(models_dir: Path) -> list[str]:
    """The live model's name and the earlier ones'; the one that ships is live until another is."""
    path = _live_file(models_dir)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return [str(content["name"]), *map(str, content["previous"])]
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.error("%s cannot be read, so the model that ships serves: %s", path, error)
    return [shipped().name]


def _make_live(names: Sequence[str], models_dir: Path) -> None:
    """The first of `names` serves. Only its prepared file and the one before's are kept."""
    live_file = _live_file(models_dir)
    partial = live_file.with_suffix(".partial")
    content = {"name": names[0], "previous": names[1 : KEPT + 1]}
    partial.write_text(json.dumps(content, indent=2), encoding="utf-8")
    partial.replace(live_file)
    kept = {prepared_file(each, models_dir).stem for each in _readable(names[:2], models_dir)}
    for path in models_dir.glob("*.gguf"):
        if path.stem not in kept:
            path.unlink()


def _bring_home(release: Release, models_dir: Path) -> None:
    """Copies what belongs to a release, so that it stays if the folder that it came from goes."""
    home = releases_dir(models_dir) / release.name
    if release.folder in (None, SHIPPED, home):
        return
    if release.name == SHIPPED.name:
        raise ModelError(f"{release.folder}: has the name of the model that ships", permanent=True)
    if home.is_dir():
        if read_release(home).model_id != release.model_id:
            raise ModelError(f"{home}: is another model of the same name", permanent=True)
        if _is_whole(home, release):
            return
    partial = home.with_name(home.name + _PARTIAL)
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name in (ADAPTER, MANIFEST, CARD):
        if name != CARD or (release.folder / CARD).is_file():
            shutil.copyfile(release.folder / name, partial / name)
    shutil.rmtree(home, ignore_errors=True)
    partial.rename(home)


def _is_whole(home: Path, release: Release) -> bool:
    """Whether the copy that is there already is as good as the one that comes."""
    adapter = home / ADAPTER
    return bool(
        release.manifest
        and adapter.is_file()
        and sha256(adapter) == release.manifest.files[ADAPTER]
    )


@contextmanager
def _changing(models_dir: Path) -> Iterator[None]:
    """Whoever changes what is live does so alone. Turns an `OSError` into a `ModelError`."""
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with (models_dir / "live.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise ModelError(f"{models_dir}: {error}", permanent=True) from error


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _live_file(models_dir: Path) -> Path:
    return models_dir / "live.json"


_seen: dict[Path, tuple[_Stamp, Release]] = {}
