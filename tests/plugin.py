"""Options of the test run: which database, and whether to test against real servers.

A pytest plugin rather than a conftest, because Django reads its settings before any conftest is loaded.
"""

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers.postgres import start_postgres
from tests.servers.tables import kept_tables

if TYPE_CHECKING:
    from whitenoise.middleware import WhiteNoiseMiddleware
    from whitenoise.responders import StaticFile

MARKS = {
    "servers": "needs a real server of another project (mail, community, ...): asked for by --servers",
    "browser": "drives a real browser",
    "slow": "takes several seconds",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("all ears")
    group.addoption("--db", choices=("sqlite", "postgres"), default="sqlite", help="database to test on")
    group.addoption("--with-database", action="store_true", help="leave out what touches no database")
    group.addoption("--servers", action="store_true", help="also test against real servers, where installed")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    prepare_world(early_config)
    return (yield)


def prepare_world(config: pytest.Config) -> None:
    """Give the run a data folder of its own and, if asked, a PostgreSQL server of its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allears.settings")
    folder = Path(tempfile.mkdtemp(prefix="allears-test-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["ALLEARS_DATA"] = str(folder / "data")
    os.environ.pop("DATABASE_URL", None)
    if config.known_args_namespace.db == "postgres":
        server = start_postgres(folder)
        config.add_cleanup(server.stop)
        os.environ["DATABASE_URL"] = server.url


@pytest.fixture(autouse=True)
def _no_copies_of_other_tests() -> None:
    """Forget the texts that were filed last: they went with the test's rows."""
    copying = sys.modules.get("allears.pipeline.conversations.actions.copying")
    learning = sys.modules.get("allears.pipeline.conversations.actions.learning")
    if copying and learning:
        copying.forget_copies()
        learning.forget_lessons()
    if topics := sys.modules.get("allears.pipeline.conversations.queries.topics"):
        topics.forget_topics()
    if helping := sys.modules.get("allears.pipeline.replies.helping"):
        helping.forget_answers()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    let_examples_take_their_time()
    for name, meaning in MARKS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    if config.pluginmanager.hasplugin("django"):
        set_up_quick_passwords()
        share_static_files()
        config.option.reuse_db |= keep_sqlite_in_files()


def let_examples_take_their_time() -> None:
    """Drop the time limit of an example: how fast the machine is is not what a test asks."""
    from hypothesis import settings

    settings.register_profile(
        "untimed", settings.get_profile(settings.get_current_profile_name()), deadline=None
    )
    settings.load_profile("untimed")


def set_up_quick_passwords() -> None:
    """Digest passwords in no time: the real way is made to be slow."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def share_static_files() -> None:
    """Look for static files once, not once for each test client."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    search = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, StaticFile] = {}

    def add_files_from_finders(self: "WhiteNoiseMiddleware") -> None:
        if not found:
            search(self)
            found.update(self.files)
        self.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = add_files_from_finders


def keep_sqlite_in_files() -> bool:
    """Test on files, as in earnest: in memory, threads would share one cache and lock each other's tables.

    They are copies of what a first start makes, with nothing in them. They need outlive no power cut: what
    does is tested with processes of their own.
    """
    from django.conf import settings

    is_sqlite = "sqlite" in settings.DATABASES["default"]["ENGINE"]
    if is_sqlite:
        for alias, database in settings.DATABASES.items():
            path = settings.DATA / f"test-{alias}.db"
            shutil.copyfile(kept_tables() / Path(database["NAME"]).name, path)
            empty_tables(path)
            database.setdefault("TEST", {}).update(NAME=str(path), MIGRATE=False)
            command = database["OPTIONS"]["init_command"]
            database["OPTIONS"]["init_command"] = command.replace("synchronous=FULL", "synchronous=OFF")
    return is_sqlite


def empty_tables(path: Path) -> None:
    """Forget when the tables were looked at, and what ANALYZE saw in them."""
    with closing(sqlite3.connect(path, isolation_level=None)) as line:
        tables = {name for (name,) in line.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in tables & {"work_lasttime", "sqlite_stat1", "sqlite_stat4"}:
            line.execute(f"DELETE FROM {table}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--with-database"):
        left_out = [item for item in items if not touches_database(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if touches_database(item)]
    if config.getoption("--servers"):
        return
    for item in items:
        if item.get_closest_marker("servers"):
            item.add_marker(pytest.mark.skip(reason="real servers are tested with --servers"))


def touches_database(item: pytest.Item) -> bool:
    """Say whether a test has rows of its own; what starts a process has its own way to a database."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db"})


@pytest.fixture(autouse=True)
def _fresh_memory() -> Iterator[None]:
    """Forget what the process remembers of the last test's rows."""
    yield
    from django.apps import apps

    if not apps.ready:  # with -p no:django
        return
    from allears.pipeline.channels.queries import close_opened_channels
    from allears.pipeline.conversations.queries.queue import forget_counts

    close_opened_channels()
    forget_counts()
