import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.desks import address as address  # noqa: PLC0414 - a fixture for all
from tests.journeys.desks import desk as desk  # noqa: PLC0414 - a fixture for all

# Playwright keeps an event loop in this thread, and Django would take our own queries for its.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
NAMES = ("chromium", "chromium-browser", "google-chrome")
# Root has no sandbox, and small machines little shared memory.
SWITCHES = ["--no-sandbox", "--disable-dev-shm-usage"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no Chromium on this machine: install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a context of its own; whatever it writes to the console as an error fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []
