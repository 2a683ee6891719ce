"""Plain text from cleaned HTML: blocks, lists, quotes, tables, and links whose target the words hide."""

import re
from html import unescape

# Cleaned HTML is well-formed, so one expression finds every tag; values may hold angle brackets.
TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^<>"]|"[^"]*")*)>')
_HREF = re.compile(r' href="([^"]*)"')
_ALT = re.compile(r' alt="([^"]+)"')
_START = re.compile(r' start="(\d{1,6})"')
_SPACE = re.compile(r"[ \t\r\n\f]+")
_MANY_LINES = re.compile(r"\n{3,}")
_APART = frozenset("p ul ol dl blockquote table pre h1 h2 h3 h4 h5 h6 figure".split())  # noqa: SIM905
_BLOCKS = _APART | frozenset(
    "div li tr dd dt center caption figcaption section article header footer main nav aside".split()  # noqa: SIM905
)
_RULE = "-" * 10


class _Writer:
    """Collects lines while tags come by. A quote and a list put their mark before each line."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line = ""
        self._quote = 0
        self._preformatted = 0
        self._lists: list[int] = []
        self._links: list[tuple[str, int]] = []
        self._mark = ""

    def text(self, raw: str) -> None:
        words = unescape(raw)
        if self._preformatted:
            first, *others = words.split("\n")
            self._line += first
            for other in others:
                self.end_line()
                self._line = other
            return
        words = _SPACE.sub(" ", words.replace("\xa0", " "))
        if words != " " or self._line:
            self._line += words.lstrip(" ") if not self._line or self._line.endswith(" ") else words

    def end_line(self, *, even_if_empty: bool = True) -> None:
        line = self._line.rstrip(" ") if not self._preformatted else self._line.rstrip()
        if not line and not even_if_empty:
            return
        quote = ">" * self._quote
        indent = "  " * max(0, len(self._lists) - 1)
        lead = f"{quote} " if quote and line else quote
        self.lines.append(lead + (indent + self._mark + line if line else ""))
        self._line, self._mark = "", ("" if line else self._mark)

    def leave_gap(self) -> None:
        if self.lines and self.lines[-1].strip(">"):
            self.lines.append(">" * self._quote)

    def open(self, name: str, attributes: str) -> None:
        if name in _BLOCKS:
            self.end_line(even_if_empty=False)
        if name in _APART and not self._lists:
            self.leave_gap()
        if name == "br":
            self.end_line()
        elif name == "hr":
            self._draw_rule()
        elif name == "img":
            self._name_picture(attributes)
        elif name == "a":
            href = _HREF.search(attributes)
            self._links.append((unescape(href[1]) if href else "", len(self._line)))
        elif name in {"td", "th"} and self._line:
            self._line = self._line.rstrip(" ") + "\t"
        else:
            self._open_structure(name, attributes)

    def _open_structure(self, name: str, attributes: str) -> None:
        if name == "blockquote":
            self._quote += 1
        elif name == "pre":
            self._preformatted += 1
        elif name == "ul":
            self._lists.append(-1)
        elif name == "ol":
            start = _START.search(attributes)
            self._lists.append(int(start[1]) if start else 1)
        elif name == "li":
            self._begin_item()

    def close(self, name: str) -> None:
        if name in _BLOCKS:
            self.end_line(even_if_empty=False)
        if name == "a" and self._links:
            self._finish_link()
        elif name == "blockquote":
            self._quote = max(0, self._quote - 1)
        elif name == "pre":
            self._preformatted = max(0, self._preformatted - 1)
        elif name in {"ul", "ol"} and self._lists:
            self._lists.pop()
        if name in _APART and not self._lists:
            self.leave_gap()

    def _draw_rule(self) -> None:
        self.end_line(even_if_empty=False)
        self._line = _RULE
        self.end_line()

    def _name_picture(self, attributes: str) -> None:
        alt = _ALT.search(attributes)
        if alt and alt[1].strip():
            self.text(f"[{alt[1].strip()}]")

    def _begin_item(self) -> None:
        number = self._lists[-1] if self._lists else -1
        self._mark = f"{number}. " if number >= 0 else "- "
        if number >= 0:
            self._lists[-1] += 1

    def _finish_link(self) -> None:
        href, start = self._links.pop()
        words = self._line[start:].strip() if start <= len(self._line) else ""
        target = href.removeprefix("mailto:").removeprefix("tel:")
        if not words or not target or _same_address(words, target):
            return
        self._line = f"{self._line.rstrip(' ')} ({target})"


def _same_address(words: str, target: str) -> bool:
    shown, cut, _ = words.partition("…")
    return _bare(target).startswith(_bare(shown)) if cut else _bare(words) == _bare(target)


def _bare(address: str) -> str:
    address = address.strip().lower().partition("?")[0] if "@" in address else address.strip().lower()
    return address.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def write_text(cleaned: str) -> str:
    """Write cleaned HTML as plain text."""
    writer = _Writer()
    place = 0
    for tag in TAG.finditer(cleaned):
        if tag.start() > place:
            writer.text(cleaned[place : tag.start()])
        if tag[1]:
            writer.close(tag[2])
        else:
            writer.open(tag[2], tag[3])
        place = tag.end()
    if place < len(cleaned):
        writer.text(cleaned[place:])
    writer.end_line(even_if_empty=False)
    return _MANY_LINES.sub("\n\n", "\n".join(writer.lines)).strip("\n")
