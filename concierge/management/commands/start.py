import os
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress

import psycopg
import redis
import segno
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.urls import reverse

from concierge import stack
from concierge.stack import product
from concierge.stack.engine_limit import EngineLimit
from concierge.stack.supervisor import Supervisor, stopped_by_signals
from properties import public_address
from properties.models import Property

ADMIN = "admin"


class Command(BaseCommand):
    help = "Run the whole product: the embedded servers, the web, the worker and the beat."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        servers = stack.Servers(settings.VAR_DIR, settings.DATABASE_URL, settings.REDIS_URL)
        environment = servers.stack.environment | {
            "DATABASE_URL": settings.DATABASE_URL,
            "REDIS_URL": settings.REDIS_URL,
            "FORWARDED_ALLOW_IPS": settings.FORWARDED_ALLOW_IPS,
        }
        with (
            stopped_by_signals(),
            product.open_port(settings.HOST, settings.PORT) as listener,
            stack.running(servers, self.say),
        ):
            self._prepare(environment)
            # The port closes first, so that nobody waits in line for a web that is about to end.
            with Supervisor(self.say) as supervisor, closing(listener):
                for child in servers.children:
                    supervisor.watch(child)
                self._serve(supervisor, environment, listener)

    def _prepare(self, environment: dict[str, str]) -> None:
        _check_servers()
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        if not Property.objects.exists():
            self.say("Loading the demo hotel.")
            # In a process of its own: the models that embed it must not stay in this one.
            load = [sys.executable, "manage.py", "load_demo", "--skip-checks"]
            done = subprocess.run(load, cwd=product.REPOSITORY, env=os.environ | environment)
            if done.returncode != 0:
                raise stack.StackError("the demo hotel could not be loaded: the reason is above")

    def _serve(
        self, supervisor: Supervisor, environment: dict[str, str], listener: socket.socket
    ) -> None:
        first = Property.objects.order_by("pk").first()
        guest_path = first.get_absolute_url() if first else "/"
        engine = {"LLM_BACKEND": "engine"} if settings.ENGINE_IS_OWN else {}
        web = product.web(environment | engine, listener)
        supervisor.start(web)
        if settings.ENGINE_IS_OWN:
            supervisor.start(product.engine(environment), EngineLimit(settings.ENGINE_SOCKET))
        answer = product.FirstAnswer(listener, settings.PUBLIC_ADDRESS.netloc, guest_path)
        password = _admin_password()
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # Postgres' own, with its threads
        while not answer.has_come():
            if not web.is_running():
                raise stack.StackError(
                    f"the web did not start: {web.last_words()} (more in {web.log})"
                )
            time.sleep(0.02)
        # Not before: on a small machine they would slow the web's start.
        supervisor.start(product.worker(environment))
        supervisor.start(product.beat(environment))
        self._welcome(guest_path, password)
        supervisor.run()

    def _welcome(self, guest_path: str, password: str | None) -> None:
        address = settings.PUBLIC_ADDRESS
        guest_link = address.link(guest_path)
        if address.reach != "this machine":
            segno.make(guest_link).terminal(sys.stdout, compact=True)
        known = f"password {password}" if password else "with the password that you set"
        self.say(f"Guests  {guest_link}")
        self.say(f"Staff   {address.link(reverse('admin:index'))}  user {ADMIN}, {known}")
        self.say(f"Logs    {settings.VAR_DIR / 'log'}")
        if address.reach == "this machine":
            self.say(f"Phones  cannot reach this address: {self._what_to_set()}")
        self.say("Ctrl-C stops everything.")

    def _what_to_set(self) -> str:
        if public_address.listening_on(settings.HOST, settings.PORT).reach == "this machine":
            return (
                "set HOST=0.0.0.0 for those in your network, PUBLIC_URL for all (docs/install.md)"
            )
        return "set PUBLIC_URL to the one that they open (docs/install.md)"

    def say(self, line: str) -> None:
        # Nobody reads any more where the terminal was closed: that must not keep us from stopping.
        with suppress(OSError):
            self.stdout.write(line)
            self.stdout.flush()


def _check_servers() -> None:
    """Those that the environment names are not ours to start: say which one is not there."""
    try:
        psycopg.connect(**connection.get_connection_params() | {"connect_timeout": 5}).close()
    except psycopg.OperationalError as error:
        reason = str(error).splitlines()[0]
        raise stack.StackError(f"the database does not answer (DATABASE_URL): {reason}") from error
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=5).ping()
    except redis.RedisError as error:
        raise stack.StackError(f"Redis does not answer (REDIS_URL): {error}") from error


def _admin_password() -> str | None:
    """What was generated for the first user, while it is still theirs."""
    users = get_user_model().objects
    password = stack.admin_password(settings.VAR_DIR)
    if not users.filter(is_superuser=True).exists():
        users.create_superuser(username=ADMIN, password=password)
    admin = users.filter(username=ADMIN).first()
    return password if admin and admin.check_password(password) else None
