import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

# The longest name inside the folder of sockets, and the shortest limit on a socket's whole path
# that a kernel sets (macOS 104, Linux 108, the closing NUL included).
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"
LONGEST_SOCKET_PATH = 103


@dataclass(frozen=True)
class Stack:
    """Where the embedded servers of one data folder are, whether they run or not."""

    var: Path
    sockets: Path

    @property
    def database_url(self) -> str:
        # A host that is a folder stands percent-encoded: libpq and dj-database-url both read it.
        return f"postgresql://postgres@{quote(str(self.sockets), safe='')}/concierge"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.sockets / 'valkey.sock'}?db=0"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "VAR_DIR": str(self.var),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
        }


def addresses(var: Path) -> Stack:
    var = var.resolve()
    sockets = var / "run"
    if len(os.fsencode(sockets / LONGEST_SOCKET_NAME)) > LONGEST_SOCKET_PATH:
        short_name = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
        sockets = Path(tempfile.gettempdir()) / f"concierge-{os.getuid()}-{short_name}"
    return Stack(var=var, sockets=sockets)


def broker_url(redis_url: str) -> str:
    """Celery's broker has a spelling of its own for a Redis on a Unix socket."""
    scheme, separator, rest = redis_url.partition("://")
    if scheme != "unix":
        return redis_url
    return f"redis+socket{separator}{rest.replace('db=', 'virtual_host=')}"
