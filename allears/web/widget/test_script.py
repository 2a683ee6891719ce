"""The script that sites load: small, in step with its parts, in every language, and kept by browsers."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import httpx
from starlette.applications import Starlette
from starlette.routing import Route

from allears.web.widget.pressing import PARTS, PRESSED, SHEETS, _joined, press
from allears.web.widget.routes import show_script
from allears.web.widget.script import widget_script
from allears.web.widget.words import WORDS, words_by_language

LARGEST = 20 * 1024


def fetch(**headers: str) -> httpx.Response:
    """Ask for the script as a browser does."""

    async def ask() -> httpx.Response:
        door = httpx.ASGITransport(Starlette(routes=[Route("/chat/widget.js", show_script)]))
        async with httpx.AsyncClient(transport=door, base_url="http://desk.example") as browser:
            return await browser.get("/chat/widget.js", headers=headers)

    # In a thread, because a browser test may have left an event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, ask()).result()


def test_it_is_small_with_every_language_inside():
    assert len(widget_script().zipped) <= LARGEST


def test_it_is_pressed_from_its_parts():
    assert PRESSED.read_text() == press()


def test_every_part_is_in_it():
    code = _joined()
    parts = {path.stem for path in PARTS.glob("*.js")}
    sheets = {path.stem for path in PARTS.glob("*.css")}

    assert {name for name in parts if _first_line(name) in code} == parts
    assert sheets == set(SHEETS)


def _first_line(name: str) -> str:
    return (PARTS / f"{name}.js").read_text().splitlines()[0]


def test_it_speaks_every_language():
    words = words_by_language()

    assert words["codes"] == ["en", "ru", "vi"]
    assert words["ru"][words["names"].index("send")] == "Отправить"
    assert words["vi"][words["names"].index("send")] == "Gửi"
    assert all(len(words[code]) == len(WORDS) and all(words[code]) for code in words["codes"])
    assert (
        json.dumps(words["vi"], ensure_ascii=False, separators=(",", ":")) in widget_script().plain.decode()
    )


def test_it_is_handed_out_compressed_and_only_when_it_changed():
    answer = fetch()
    again = fetch(**{"if-none-match": answer.headers["etag"]})

    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.content == widget_script().plain
    assert (again.status_code, again.content) == (304, b"")


def test_a_browser_that_knows_no_compression_gets_it_plain():
    answer = fetch(**{"accept-encoding": "identity"})

    assert "content-encoding" not in answer.headers
    assert answer.content == widget_script().plain
