"""The data folder: whether it can be written to, its private parts, and the secrets made for it."""

import os
import pwd
import secrets
from contextlib import suppress
from pathlib import Path

from concierge.stack.errors import StackError


def make_writable(folder: Path) -> None:
    probe = folder / f".writable-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StackError(
            f"the data folder {folder} cannot be written to ({error.strerror}): "
            "make it writable, or set VAR_DIR to another folder"
        ) from error


def make_private(folder: Path, owner: pwd.struct_passwd | None) -> None:
    """A folder for sockets: whoever reaches one is let in, so only `owner` and we may enter."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat().st_uid
    if folder.is_symlink() or found not in (os.getuid(), owner.pw_uid if owner else None):
        raise StackError(f"{folder} belongs to another user: remove it, or set VAR_DIR anew")
    folder.chmod(0o700)
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)


def secret_key(var: Path) -> str:
    return _made_once(var / "secret_key", length=50)


def admin_password(var: Path) -> str:
    return _made_once(var / "admin_password", length=12)


def _made_once(path: Path, length: int) -> str:
    """`length` in bytes of randomness, written as text that can be typed."""
    try:
        if not path.exists():
            _make(path, secrets.token_urlsafe(length))
        return path.read_text(encoding="ascii").strip()
    except PermissionError as error:
        raise StackError(
            f"{path} cannot be read ({error.strerror}): run as its owner, or set VAR_DIR"
        ) from error


def _make(path: Path, secret: str) -> None:
    make_writable(path.parent)
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secret + "\n", encoding="ascii")
    with suppress(FileExistsError):  # Another process was first: its secret is the one.
        os.link(draft, path)
    draft.unlink()
