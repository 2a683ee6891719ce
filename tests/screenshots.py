"""Take the pictures of docs/screenshots: the cast in a folder of its own, served, and looked at by a browser.

.venv/bin/python -m tests.screenshots          needs bin/check's packages and the system's Chromium
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).parent.parent / "docs" / "screenshots"
NAMES = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = ["--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"]
WIDE, PHONE = (1440, 900), (390, 844)


def main() -> int:
    """Make the world, serve it without workers (its networks do not exist), take every picture."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        sys.exit("There is no Chromium on this machine: install the package chromium.")
    folder = Path(tempfile.mkdtemp(prefix="allears-pictures-"))
    os.environ["ALLEARS_DATA"] = str(folder / "data")
    os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    from tests.servers.desk import start_desk

    conversations = make_world()
    desk = start_desk(folder, command="web")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
            take_pictures(browser, desk.url, conversations)
            browser.close()
    finally:
        desk.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def make_world() -> dict[str, int]:
    """Fill the folder, and return the conversations that are shown, by the key of their story."""
    from allears.cli.setting_up import prepare

    os.environ["DJANGO_SETTINGS_MODULE"] = "allears.settings"
    prepare()
    from django.db import connections

    from allears.cast import make_cast

    cast = make_cast()
    found = {key: cast.conversation(key).id for key in ("forty-seats", "scarf", "cancelled-again")}
    connections.close_all()
    return found


def take_pictures(browser: Browser, url: str, ids: dict[str, int]) -> None:
    """Go round the pages that a newcomer should see."""
    from allears.cast.people import LINH, MARIT

    agent = sign_in(browser, url, LINH.email, WIDE)
    take(agent, f"{url}/desk/open/{ids['scarf']}/", "desk-light")
    agent.emulate_media(color_scheme="dark")
    take(agent, f"{url}/desk/open/{ids['forty-seats']}/", "desk-dark")
    agent.emulate_media(color_scheme="light")
    take(agent, f"{url}/desk/open/{ids['cancelled-again']}/", "desk-public")
    take(agent, f"{url}/desk/search/?q=рейс", "search")
    phone = sign_in(browser, url, LINH.email, PHONE)
    take(phone, f"{url}/desk/open/", "phone-queue")
    take(phone, f"{url}/desk/open/{ids['scarf']}/", "phone-conversation")
    owner = sign_in(browser, url, MARIT.email, WIDE)
    take(owner, f"{url}/settings/channels/", "channels")
    take(owner, f"{url}/settings/audit/", "audit")


def sign_in(browser: Browser, url: str, email: str, size: tuple[int, int]) -> Page:
    """Open a browser of one's own and sign in."""
    from allears.cast import PASSWORD

    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=2 if size == PHONE else 1,
        locale="en-GB",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{url}/sign-in/")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main [type=submit]")
    page.wait_for_url("**/desk/**")
    return page


def take(page: Page, url: str, name: str) -> None:
    """Take one picture, when everything on the page has come."""
    page.goto(url)
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(600)
    target = PICTURES / f"{name}.png"
    page.screenshot(path=target, animations="disabled", caret="hide")
    print(f"{target.name}: {target.stat().st_size // 1024} kB")


if __name__ == "__main__":
    sys.exit(main())
