#!/usr/bin/env python
"""Django's commands, on the embedded servers where no others are set."""

import os
import sys

# `start` runs the servers itself, and these need none.
SERVERLESS = {
    "start",
    "help",
    "version",
    "check",
    "collectstatic",
    "compilemessages",
    "makemessages",
    "spectacular",
    "distill",
    "evaluate_model",
    "promote_model",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concierge.settings")
    from django.conf import settings
    from django.core.management import call_command, execute_from_command_line

    from concierge import stack

    try:
        if _needs_no_server():
            execute_from_command_line(sys.argv)
            return
        servers = stack.Servers(settings.VAR_DIR, settings.DATABASE_URL, settings.REDIS_URL)
        with stack.joined(servers):
            if servers.is_new:
                import django

                django.setup()
                call_command("migrate", verbosity=0)
            execute_from_command_line(sys.argv)
    except stack.StackError as error:
        sys.exit(f"concierge: {error}")


def _needs_no_server() -> bool:
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    return command in SERVERLESS or not {"-h", "--help", "--version"}.isdisjoint(sys.argv)


if __name__ == "__main__":
    main()
