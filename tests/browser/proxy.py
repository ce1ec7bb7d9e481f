"""nginx, as docs/install.md configures it, in front of the product."""

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.stack.product import REPOSITORY, free_port, wait_until

HOST = "hotel.example.com"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"

AROUND = """
daemon off;
pid {folder}/pid;
error_log stderr warn;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {documented}
}}
"""


def documented() -> str:
    """The block that an operator copies."""
    page = (REPOSITORY / "docs/install.md").read_text()
    [block] = re.findall(r"```nginx\n(.*?)```", page, re.DOTALL)
    return block


@contextmanager
def nginx(folder: Path, to_port: int, *, cut_off: bool = False) -> Iterator[int]:
    """The port of an nginx with the documented block, in which only what differs from machine to
    machine is filled in: ports, the certificate's files, and, if the path is to be cut off, the
    slash that the page tells of."""
    if not Path(NGINX).exists():
        pytest.skip("nginx is not installed: apt-get install nginx-light")
    port = free_port()
    block = documented()
    for here, there in {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "listen [::]:443 ssl": f"listen [::1]:{port} ssl",
        f"/etc/ssl/{HOST}": str(folder / "certificate"),
        "http://127.0.0.1:8000;": f"http://127.0.0.1:{to_port}{'/' if cut_off else ''};",
    }.items():
        assert here in block, f"docs/install.md no longer has {here}"
        block = block.replace(here, there)
    _certify(folder)
    user = "user root;" if Path("/proc/self").owner() == "root" else ""
    configuration = folder / "nginx.conf"
    configuration.write_text(AROUND.format(folder=folder, user=user, documented=block))
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(configuration), "-e", "stderr"])
    try:
        wait_until(lambda: process.poll() is not None or _listens(port), "nginx listens")
        assert process.poll() is None, "nginx refused the documented configuration"
        yield port
    finally:
        process.terminate()
        process.wait()


def trusting(folder: Path) -> ssl.SSLContext:
    """A guest's, for whom the certificate is a good one."""
    return ssl.create_default_context(cafile=str(folder / "certificate.pem"))


def _listens(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


def _certify(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "certificate.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
