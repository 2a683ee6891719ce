"""What the chat costs the page it is on: bytes, requests, time until it can be used, layout shift. One command:
bench/widget. A phone is slowed down as Chromium's own tools do it."""

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from bench.figures import median_of, report, tell
from bench.world import world
from tests.journeys.widget.sites import OtherSite, running_site

ROUNDS = 5
# Lighthouse's slow 4G and its mid-range phone, and a slower phone still.
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 204_800, "uploadThroughput": 96_000}
PHONES = {"as_it_is": 1, "slow_phone": 4, "slower_phone": 6}
WATCH = """
window.shift = 0; window.busy = 0;
new PerformanceObserver((list) => list.getEntries().forEach((one) => { shift += one.hadRecentInput ? 0 : one.value; }))
  .observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => list.getEntries().forEach((one) => { busy += Math.max(0, one.duration - 50); }))
  .observe({ type: "longtask", buffered: true });
"""
# Run inside the page, so that what is timed is the page and not our way to it.
UNTIL = """([selector, wanted]) => new Promise((resolve) => {
  const look = () => {
    const found = document.querySelector("allears-chat")?.shadowRoot?.querySelectorAll(selector) ?? [];
    if (found.length >= wanted) resolve(performance.now());
    else requestAnimationFrame(look);
  };
  look();
})"""


def bytes_of(url: str) -> dict[str, int]:
    """Fetch the script plain and compressed."""
    sizes = {}
    for name, coding in (("raw", "identity"), ("gzip", "gzip")):
        with httpx.stream("GET", f"{url}/chat/widget.js", headers={"accept-encoding": coding}) as answer:
            sizes[name] = sum(len(chunk) for chunk in answer.iter_raw())
    return sizes


@contextmanager
def phone(browser: Browser, slowness: int) -> Iterator[Page]:
    """Open a phone that has never been on the site."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.add_init_script(WATCH)
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    if slowness > 1:
        tools.send("Network.emulateNetworkConditions", NETWORK)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": slowness})
    yield page
    context.close()


def load(browser: Browser, site: OtherSite, slowness: int, tag: str) -> dict[str, float]:
    """Load the page without the chat, to know what the rest of it takes."""
    with_tag, site.tag = tag, ""
    with phone(browser, slowness) as page:
        page.goto(site.url)
        loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    site.tag = with_tag
    return {"page_without_it_ms": round(loaded, 1)}


def use(browser: Browser, site: OtherSite, slowness: int, tag: str) -> dict[str, Any]:
    """Load the page, open the chat, write a line."""
    found: dict[str, Any] = load(browser, site, slowness, tag)
    with phone(browser, slowness) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "/chat/" in request.url else None)
        page.goto(site.url)
        found["button_ms"] = round(page.evaluate(UNTIL, [".launcher", 1]), 1)
        found["page_ms"] = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        found["requests_before_opening"] = len(asked)
        found["blocked_ms"] = round(page.evaluate("busy"), 1)
        found["opened_ms"] = timed(page, click(".launcher"), ".panel:not([hidden])", 1)
        skip = page.locator("allears-chat .first:not([hidden]) .quiet")
        if skip.count():
            skip.click()
        page.locator("allears-chat .composer textarea").fill("Where is my parcel?")
        found["sent_ms"] = timed(page, click(".send"), ".line[data-state=sent]", 1)
        found["requests_with_a_line"] = len(asked)
        found["layout_shift"] = page.evaluate("shift")
    return found


def click(selector: str) -> str:
    """Write the deed of a click."""
    return f"document.querySelector('allears-chat').shadowRoot.querySelector('{selector}').click()"


def timed(page: Page, deed: str, selector: str, wanted: int) -> float:
    """Do something in the page and return the ms until so many of these are there."""
    began = page.evaluate(f"(() => {{ const began = performance.now(); {deed}; return began; }})()")
    return round(page.evaluate(UNTIL, [selector, wanted]) - began, 1)


def measure(quick: bool) -> dict[str, Any]:
    """Measure on each phone."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with world("sqlite") as place, running_site() as site, sync_playwright() as playwright:
        channel = place.add_channel("chat", "Shop")
        with place.serving() as desk:
            figures: dict[str, Any] = {"bytes": bytes_of(desk.url)}
            site.policy = (
                f"default-src 'none'; style-src 'self'; script-src {desk.url}; connect-src {desk.url}"
            )
            site.tag = (
                f'<script async src="{desk.url}/chat/widget.js" data-channel="{channel["key"]}"></script>'
            )
            browser = playwright.chromium.launch(
                executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
            for name, slowness in PHONES.items():
                rounds = 1 if quick else ROUNDS
                figures[name] = median_of([use(browser, site, slowness, site.tag) for _ in range(rounds)])
                tell(f"{name}: {figures[name]}")
            browser.close()
    return figures


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="bench/widget", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round on each phone")
    given = parser.parse_args()
    report("widget", vars(given), measure(given.quick))


if __name__ == "__main__":
    main()
