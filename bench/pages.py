"""Ask for pages as a browser does: signed in, over lasting connections, one or several at once."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Thread

import httpx

from bench.world import OWNER, PASSWORD


@dataclass
class Browser:
    """One person's browser."""

    client: httpx.Client

    @classmethod
    def signed_in(cls, url: str) -> "Browser":
        """Sign in as the owner."""
        browser = cls(httpx.Client(base_url=url, timeout=60))
        browser.client.get("/sign-in/")
        answer = browser.post("/sign-in/", {"email": OWNER, "password": PASSWORD})
        assert answer.status_code == 302, answer.text[:500]
        return browser

    def post(self, path: str, values: dict[str, str]) -> httpx.Response:
        """Send a form with its token."""
        token = self.client.cookies.get("csrftoken", "")
        return self.client.post(path, data=values, headers={"x-csrftoken": token})

    def get(self, path: str) -> str:
        """Get a page."""
        answer = self.client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return answer.text


def time_pages(url: str, paths: Sequence[str], rounds: int, browsers: int) -> list[float]:
    """Have several browsers ask for pages at once, each `rounds` of them; return the seconds each took."""
    took: list[float] = []

    def browse(browser: Browser, start: int) -> None:
        for number in range(rounds):
            began = time.perf_counter()
            browser.get(paths[(start + number) % len(paths)])
            took.append(time.perf_counter() - began)

    people = [Browser.signed_in(url) for _ in range(browsers)]
    people[0].get(paths[0])
    together([lambda b=b, n=n: browse(b, n * rounds) for n, b in enumerate(people)])
    return took


def together(deeds: Sequence[Callable[[], None]]) -> None:
    """Do several things at once and wait for all."""
    threads = [Thread(target=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def conversations_on(page: str) -> list[int]:
    """Find the conversations that a queue links to."""
    return list(dict.fromkeys(int(id_) for id_ in re.findall(r"/desk/[a-z-]+/(\d+)/", page)))
