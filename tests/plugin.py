"""Options of the test run: which database, and whether to test against real servers.

A pytest plugin rather than a conftest, because Django reads its settings before any conftest is loaded.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.postgres import start_postgres

MARKS = {
    "servers": "needs a real server of another project (mail, community, ...): asked for by --servers",
    "browser": "drives a real browser",
    "slow": "takes several seconds",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("all ears")
    group.addoption("--db", choices=("sqlite", "postgres"), default="sqlite", help="database to test on")
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


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    for name, meaning in MARKS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    if config.pluginmanager.hasplugin("django"):
        keep_sqlite_in_files()


def keep_sqlite_in_files() -> None:
    """Test on files, as in earnest: in memory, threads would share one cache and lock each other's tables."""
    from django.conf import settings

    for alias, database in settings.DATABASES.items():
        if "sqlite" in database["ENGINE"]:
            database.setdefault("TEST", {})["NAME"] = str(settings.DATA / f"test-{alias}.db")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--servers"):
        return
    for item in items:
        if item.get_closest_marker("servers"):
            item.add_marker(pytest.mark.skip(reason="real servers are tested with --servers"))


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
