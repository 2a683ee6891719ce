"""Take the pictures of docs/screenshots: the cast in a folder of its own, served, and looked at by a browser.

.venv/bin/python -m tests.screenshots [NAME ...]      needs bin/check's packages and the system's Chromium
"""

import base64
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as BrowserError

PICTURES = Path(__file__).parent.parent / "docs" / "screenshots"
NAMES = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = ["--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"]
WIDE, LAPTOP, PHONE = (1440, 900), (1024, 768), (360, 740)
SHOWN = (
    "teddy",
    "scarf",
    "forty-seats",
    "cancelled-again",
    "ashes",
    "storm-driver",
    "wheelchair",
    "mama-boat",
    "found-dogs",
    "sarcasm-3",
    "twice-11",
    "praise-nils",
)
AS_WEBP = """async data => {
  const image = new Image();
  image.src = "data:image/png;base64," + data;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.86);
}"""
HOST = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Tern Line, boats right now</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="site.css">
<header><b>Tern Line</b><nav>Timetable &nbsp; Tickets &nbsp; Boats &nbsp; Islands</nav></header>
<main><h1>The sea is calm today.</h1><p>Gull Quay to Lamp Island, every forty minutes, from 5:40 until 22:10.</p>
<table><tr><th>Boat</th><th>From</th><th>Leaves</th><th></th></tr><tr><td>Tern</td><td>Gull Quay</td><td>14:30</td>
<td>on time</td></tr><tr><td>Augusta</td><td>Saltholm</td><td>15:10</td><td>steam is up</td></tr><tr><td>Tern</td>
<td>Lamp Island</td><td>15:20</td><td>on time</td></tr></table></main>
<script async src="{desk}/chat/widget.js" data-channel="{key}"></script></html>"""
SITE_CSS = """body{margin:0;font:16px/1.6 Georgia,serif;color:#16323b;background:#f4f1ea}header{display:flex;gap:40px;
padding:22px 64px;background:#0f5f73;color:#fff}main{padding:56px 64px;max-width:720px}h1{font-size:44px;margin:0 0 8px}
table{width:100%;margin-top:32px;border-collapse:collapse}td,th{text-align:left;padding:12px 0;
border-bottom:1px solid #cfc8b8}@media(max-width:500px){header,main{padding:20px}nav{display:none}}"""


@dataclass
class Studio:
    """Where pictures are taken: a served desk, the conversations to show, and who is signed in."""

    browser: Browser
    url: str
    ids: dict[str, int]
    key: str
    only: set[str]
    pages: dict[tuple[str, tuple[int, int], str, str], Page] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def page(
        self, who: str, size: tuple[int, int] = WIDE, theme: str = "light", language: str = "en-GB"
    ) -> Page:
        """Return a signed-in page of somebody's, of a size, in a theme and a language."""
        key = (who, size, theme, language)
        if key not in self.pages:
            self.pages[key] = sign_in(self, *key)
        return self.pages[key]

    def take(
        self, name: str, page: Page, path: str = "", before: Callable[[Page], object] | None = None
    ) -> None:
        """Take one picture, when everything on the page has come; what fails is named at the end."""
        if self.only and name not in self.only:
            return
        try:
            if path:
                self._open(page, path)
            page.wait_for_load_state("load")
            page.evaluate("document.fonts.ready")
            page.wait_for_timeout(500)
            if before:
                before(page)
                page.wait_for_timeout(400)
            self._keep(name, page.screenshot(animations="disabled", caret="hide"))
        except BrowserError as error:
            self.failed.append(f"{name}: {str(error).splitlines()[0]}")

    def _open(self, page: Page, path: str) -> None:
        answer = page.goto(self.url + path)
        if answer is None or not answer.ok:
            raise BrowserError(f"{path} is not there")

    def _keep(self, name: str, png: bytes) -> None:
        """Keep a picture as WebP, which the browser itself can write."""
        blank = self.browser.new_page()
        data = blank.evaluate(AS_WEBP, base64.b64encode(png).decode())
        blank.close()
        target = PICTURES / f"{name}.webp"
        target.write_bytes(base64.b64decode(data.partition(",")[2]))
        print(f"{target.name}: {target.stat().st_size // 1024} kB")


def main() -> int:
    """Make the world, serve it (nothing in it reaches a network), take every picture."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        sys.exit("There is no Chromium on this machine: install the package chromium.")
    folder = Path(tempfile.mkdtemp(prefix="allears-pictures-"))
    os.environ["ALLEARS_DATA"] = str(folder / "data")
    os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    from tests.servers.desk import start_desk

    ids, key = make_world()
    desk = start_desk(folder)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
            studio = Studio(browser, desk.url, ids, key, set(sys.argv[1:]))
            for part in (
                of_the_desk,
                of_understanding,
                of_small_screens,
                of_other_languages,
                of_the_settings,
                of_the_chat,
                of_the_first_run,
            ):
                part(studio)
            browser.close()
    finally:
        desk.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print("\n".join(studio.failed) or "All were taken.")
    return len(studio.failed)


def make_world() -> tuple[dict[str, int], str]:
    """Fill the folder; return the conversations that are shown, by their story, and the key of the chat."""
    from allears.cli.setting_up import prepare

    os.environ["DJANGO_SETTINGS_MODULE"] = "allears.settings"
    prepare()
    from django.db import connections

    from allears.cast import make_cast
    from allears.foundation.workspaces.actions import create_account, create_workspace
    from allears.pipeline.channels.actions import note_well
    from allears.pipeline.channels.models import Channel
    from allears.watch.webhooks.actions.keeping import add_endpoint
    from tests.journeys.worlds import PASSWORD

    cast = make_cast()
    note_well(cast.company.channels["groups"])
    chat = cast.company.channels["chat"]
    settings = {**chat.settings, "ask": "never", "origins": ""}
    Channel.objects.filter(id=chat.id).update(is_sample=False, settings=settings)
    owner = cast.company.members["marit"]
    add_endpoint(owner, "Crew rota", "https://rota.ternline.example/hooks/all-ears")
    add_endpoint(owner, "Accounts", "https://accounts.ternline.example/hook")
    create_workspace(create_account("Ada Lindgren", "ada@lantern.example", PASSWORD), "Lantern")
    found = {name: cast.conversation(name).id for name in SHOWN}
    connections.close_all()
    return found, chat.key


def of_the_desk(studio: Studio) -> None:
    """Take the desk: queue and conversation, in public, in the dark; palette, bulk, views, a customer."""
    ids, linh = studio.ids, studio.page("linh")
    dark = studio.page("linh", theme="dark")
    studio.take("desk-light", linh, f"/desk/open/{ids['teddy']}/")
    studio.take("desk-dark", dark, f"/desk/open/{ids['ashes']}/", up)
    studio.take("desk-public", linh, f"/desk/open/{ids['cancelled-again']}/")
    studio.take("desk-mail", linh, f"/desk/open/{ids['scarf']}/")
    studio.take("desk-chat", linh, f"/desk/open/{ids['mama-boat']}/")
    studio.take("search", linh, "/desk/search/?q=рейс")
    studio.take("palette", linh, f"/desk/open/{ids['scarf']}/", lambda page: page.keyboard.press("Control+k"))
    studio.take(
        "palette-dark", dark, f"/desk/open/{ids['scarf']}/", lambda page: page.keyboard.press("Control+k")
    )
    studio.take("bulk", linh, "/desk/open/", choose_three)
    studio.take("saved-views", linh, "/desk/open/", wide_rail)
    studio.take("customers", linh, "/customers/")
    studio.take("customer", linh, "/customers/", lambda page: page.click("main a:has-text('Tom Whitlock')"))


def of_understanding(studio: Studio) -> None:
    """Take what is read of messages: what matters first, why it was read so, who reports the same, praise."""
    ids, linh = studio.ids, studio.page("linh")
    studio.take("understanding", linh, f"/desk/open/{ids['found-dogs']}/?order=matters&filter=1", why)
    studio.take("corrected", studio.page("linh", PHONE, "dark"), f"/desk/open/{ids['sarcasm-3']}/", why)
    studio.take("look-alikes", linh, f"/desk/open/{ids['twice-11']}/")
    studio.take("praise", linh, f"/desk/praise/{ids['praise-nils']}/")
    studio.take("understanding-settings", studio.page("marit"), "/settings/understanding/")


def why(page: Page) -> None:
    """Open how the newest message was read."""
    page.keyboard.press("c")
    page.wait_for_selector(".reading button[value]")


def of_small_screens(studio: Studio) -> None:
    """Take a laptop and a phone."""
    ids = studio.ids
    studio.take("laptop", studio.page("linh", LAPTOP), f"/desk/open/{ids['storm-driver']}/")
    studio.take("laptop-dark", studio.page("linh", LAPTOP, "dark"), f"/desk/open/{ids['teddy']}/")
    for theme, end in (("light", ""), ("dark", "-dark")):
        phone = studio.page("linh", PHONE, theme)
        studio.take(f"phone-queue{end}", phone, "/desk/open/")
        studio.take(f"phone-conversation{end}", phone, f"/desk/open/{ids['teddy']}/")


def of_other_languages(studio: Studio) -> None:
    """Take the desk in Russian and Vietnamese."""
    ids = studio.ids
    studio.take("desk-ru", studio.page("pavel", language="ru-RU"), f"/desk/open/{ids['mama-boat']}/")
    studio.take("desk-vi", studio.page("theo", language="vi-VN"), f"/desk/open/{ids['forty-seats']}/")


def of_the_settings(studio: Studio) -> None:
    """Take what owners look at."""
    marit = studio.page("marit")
    for name in ("channels", "audit", "health", "webhooks", "saved-replies", "tokens", "ledger"):
        studio.take(name, marit, f"/settings/{name}/")
    studio.take(
        "brand", marit, "/settings/brands/", lambda page: page.click(".settings-content .row >> nth=0")
    )
    studio.take("api", marit, "/api/docs")
    studio.take("audit-dark", studio.page("marit", theme="dark"), "/settings/audit/")


def of_the_chat(studio: Studio) -> None:
    """Take the widget on somebody's page, and the desk while they chat."""
    with host_page(studio) as address:
        for name, size in (("chat-widget", WIDE), ("chat-phone", PHONE)):
            context = studio.browser.new_context(
                viewport={"width": size[0], "height": size[1]}, locale="en-GB"
            )
            page = context.new_page()
            page.goto(address)
            page.wait_for_timeout(1500)
            studio.take(name, page, before=lambda page: (chat(page), answer_chat(studio)))
            context.close()


def of_the_first_run(studio: Studio) -> None:
    """Take the desk of somebody who has nothing yet, and the page of sample data."""
    ada = studio.page("ada@lantern.example")
    studio.take("first-run", ada, "/desk/open/")
    studio.take("sample-data", ada, "/settings/samples/")


def up(page: Page) -> None:
    """Show the beginning of a conversation rather than its end."""
    page.evaluate(
        "document.querySelectorAll('main *').forEach(one => { if (one.scrollTop) one.scrollTop = 0 })"
    )


def choose_three(page: Page) -> None:
    for key in ("j", "x", "j", "x", "j", "x"):
        page.keyboard.press(key)


def wide_rail(page: Page) -> None:
    page.keyboard.press("[")


def chat(page: Page) -> None:
    """Write as a visitor does."""
    page.evaluate("window.AllEars.open()")
    field = page.get_by_role("textbox")
    field.fill("Hi! Is the 15:10 from Saltholm the old steamer? My son has been asking since breakfast")
    field.press("Enter")
    page.wait_for_timeout(2500)


def answer_chat(studio: Studio) -> None:
    """Answer the visitor who wrote last, from the desk; a reply in a chat is held for some seconds."""
    desk = studio.page("linh")
    desk.goto(f"{studio.url}/desk/search/?q=Saltholm+breakfast")
    desk.click(".queue .rows a >> nth=0")
    desk.fill(
        "reply-composer textarea >> nth=0",
        "She is! The Augusta, steam and all. Stand at the bow, he will hear her first.",
    )
    desk.keyboard.press("Control+Enter")
    desk.wait_for_timeout(5000)


@contextmanager
def host_page(studio: Studio) -> Iterator[str]:
    """Serve a page of another origin that carries the widget."""
    with tempfile.TemporaryDirectory() as folder:
        page = HOST.replace("{desk}", studio.url).replace("{key}", studio.key)
        Path(folder, "index.html").write_text(page)
        Path(folder, "site.css").write_text(SITE_CSS)
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}/"
        server.shutdown()
        server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Say nothing."""


def sign_in(studio: Studio, who: str, size: tuple[int, int], theme: str, language: str) -> Page:
    """Open a browser of one's own and sign in, by a colleague's key or an address."""
    from allears.cast import PASSWORD
    from allears.cast.people import DOMAIN
    from tests.journeys import worlds

    context = studio.browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=2 if size == PHONE else 1,
        locale=language,
        color_scheme=theme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{studio.url}/sign-in/")
    page.fill("[name=email]", who if "@" in who else f"{who}@{DOMAIN}")
    page.fill("[name=password]", worlds.PASSWORD if "@" in who else PASSWORD)
    page.click("main [type=submit]")
    page.wait_for_url("**/desk/**")
    return page


if __name__ == "__main__":
    sys.exit(main())
