"""Sections of writing: plain text, HTML, or both as two ways to say the same."""

import re
from dataclasses import dataclass
from html import escape

from allears.connectors.email.html import clean_html, is_cleanable, strip_tags
from allears.connectors.email.html_text import write_text

_STUB = re.compile(
    r"\b(?:html|web ?browser|trình duyệt|браузер\w*)\b|view (?:this|it|in)|не поддерживает|không hỗ trợ",
    re.IGNORECASE,
)
_LONGEST_STUB = 300


@dataclass(slots=True)
class Section:
    """One stretch of writing. Where both are set, they say the same."""

    plain: str = ""
    html: str = ""

    def is_stub(self) -> bool:
        """Say whether the plain way only tells the reader to look at the other."""
        words = self.plain.strip()
        return len(words) < _LONGEST_STUB and (not words or bool(_STUB.search(words)))


@dataclass(frozen=True, slots=True)
class Written:
    """Sections put together. `is_whole` is false when a page was too wild to be shown."""

    text: str
    html: str
    is_whole: bool


def choose_section(branches: list[list[Section]]) -> list[Section]:
    """Make one section of alternatives: the first plain one that says something, the last HTML one."""
    plain = next((_plain(branch) for branch in branches if not _plain(branch).is_stub()), Section())
    html = next((branch for branch in reversed(branches) if any(section.html for section in branch)), None)
    if html is None:
        fallback = next((_plain(branch) for branch in branches if _plain(branch).plain.strip()), Section())
        return [plain if plain.plain else fallback]
    joined = "\n".join(section.html or wrap_plain(section.plain) for section in html)
    return [Section(plain.plain, joined)]


def _plain(branch: list[Section]) -> Section:
    return Section("\n\n".join(section.plain for section in branch if section.plain and not section.html))


def write_sections(sections: list[Section]) -> Written:
    """Write all sections as one text, and as one safe page when any of them is HTML."""
    texts: list[str] = []
    pages: list[str] = []
    is_whole, has_html = True, False
    for section in sections:
        is_clean = bool(section.html) and is_cleanable(section.html)
        page = clean_html(section.html) if is_clean else ""
        has_html = has_html or bool(page)
        is_whole = is_whole and (is_clean or not section.html)
        if section.html and section.is_stub():
            text = write_text(page) if is_clean else strip_tags(section.html)
        else:
            text = section.plain
        texts.append(text.strip("\n"))
        pages.append(page or wrap_plain(text))
    joined = "\n\n".join(text for text in texts if text.strip())
    return Written(joined, "\n".join(pages) if has_html else "", is_whole)


def wrap_plain(text: str) -> str:
    """Write plain text as HTML paragraphs."""
    blocks = [block for block in text.split("\n\n") if block.strip()]
    return "".join(f"<p>{escape(block, quote=False).replace(chr(10), '<br>')}</p>" for block in blocks)
