"""Start All Ears many times a minute: one process loads everything once, each start is a fork of it.

Run as `python -m tests.faults.nursery`; it reads one JSON list a line: the environment, a file for the
output, the command and its arguments; and answers with the child's process id. Children know nothing of
one another but the data folder.
"""

import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

DEV_NULL = os.open(os.devnull, os.O_RDONLY)


def begin(command: str, arguments: list[str], log: str, environment: dict[str, str]) -> int:
    """Fork a child that runs a command, and return its process id."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(DEV_NULL, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        move_in(environment)
        COMMANDS[command](*arguments)
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:  # noqa: BLE001 - its end is the end of the child
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def move_in(environment: dict[str, str]) -> None:
    """Read the settings again for the installation that this child works on."""
    from django.conf import settings
    from django.db import connections

    os.environ.update(environment)
    fresh = importlib.reload(sys.modules["allears.settings"])
    for name in filter(str.isupper, dir(fresh)):
        setattr(settings, name, getattr(fresh, name))
    for alias in connections:
        if hasattr(connections._connections, alias):
            del connections[alias]
    connections._settings = None
    vars(connections).pop("settings", None)


def serve(hours_ahead: str = "0") -> None:
    from allears.cli.serving import serve_everything

    shift_clock(hours_ahead)
    serve_everything()


def web() -> None:
    from allears.cli.serving import serve_web

    serve_web()


def work(hours_ahead: str = "0") -> None:
    from allears.cli.serving import run_worker

    shift_clock(hours_ahead)
    run_worker()


def do_deed(name: str, report: str, *arguments: str) -> None:
    """Do one of tests/faults/deeds.py and leave what it returns in a file."""
    from tests.faults import deeds

    found = getattr(deeds, name)(*arguments)
    half = Path(f"{report}.part")
    half.write_text(json.dumps(found))
    half.rename(report)


def audit(report: str) -> None:
    """Run `allears audit --json`, its output into a file."""
    from allears.cli.auditing import audit as run
    from allears.cli.setting_up import out

    with Path(report).open("w") as out.file:
        run("", as_json=True, compare=False)


def shift_clock(hours: str) -> None:
    from datetime import timedelta

    from allears.foundation import clock

    clock._shift = timedelta(hours=float(hours))


COMMANDS: dict[str, Callable[..., None]] = {
    "serve": serve,
    "web": web,
    "work": work,
    "deed": do_deed,
    "audit": audit,
}


def warm_up() -> None:
    """Load what every command needs, and open no database: a fork must not share a line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allears.settings")
    import allears.asgi
    import allears.cli.setting_up
    import allears.foundation.web_client
    import allears.housekeeping
    import allears.pipeline.audit.queries
    import tests.faults.deeds
    from allears.connectors.registry import all_connectors
    from allears.foundation.text import index_text
    from allears.pipeline.understanding.reader import read_texts
    from allears.pipeline.understanding.reading import Text

    assert allears
    assert tests
    all_connectors()
    index_text("warm тёплый ấm")
    read_texts([Text(text="warm тёплый ấm")])
    from django.db.migrations.loader import MigrationLoader

    MigrationLoader(None)
    import django.core.management.commands.migrate  # noqa: F401
    import uvicorn.loops.auto
    import uvicorn.protocols.http.auto  # noqa: F401


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    warm_up()
    print("ready", flush=True)
    for line in sys.stdin:
        environment, log, command, *arguments = json.loads(line)
        print(begin(command, arguments, log, environment), flush=True)


if __name__ == "__main__":
    main()
