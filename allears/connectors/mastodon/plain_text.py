"""The words of a status. Its HTML comes from strangers' servers, so nothing of it is kept but text."""

from html.parser import HTMLParser

_APART = {"p", "ul", "ol", "blockquote", "pre"}
_LINES = {"li", "div", "h1", "h2", "h3", "h4", "h5", "h6"}
_SILENT = {"script", "style", "head", "template"}
LONGEST = 200_000


class _Words(HTMLParser):
    """Collects text; a link whose words are shortened is written out, as nobody can click on text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0
        self._link: tuple[str, int] | None = None
        self._lists: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "a":
            self._open_link(dict(attrs))
        elif tag in _APART | _LINES:
            self._begin(tag)

    def _begin(self, tag: str) -> None:
        self._break(2 if tag in _APART and not self._lists else 1)
        if tag in {"ul", "ol"}:
            self._lists.append(0 if tag == "ol" else -1)
        elif tag == "blockquote":
            self.parts.append("> ")
        elif tag == "li" and self._lists:
            self._number_item()

    def _number_item(self) -> None:
        if self._lists[-1] < 0:
            self.parts.append("- ")
            return
        self._lists[-1] += 1
        self.parts.append(f"{self._lists[-1]}. ")

    def _open_link(self, attributes: dict[str, str | None]) -> None:
        named = (attributes.get("class") or "").split()
        if "mention" not in named and "hashtag" not in named:
            self._link = (attributes.get("href") or "", len(self.parts))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "a":
            self._close_link()
        elif tag in _APART | _LINES:
            if tag in {"ul", "ol"} and self._lists:
                self._lists.pop()
            self._break(2 if tag in _APART and not self._lists else 1)

    def _close_link(self) -> None:
        if self._link is None:
            return
        href, start = self._link
        self._link = None
        words = "".join(self.parts[start:]).strip()
        if href.startswith(("http://", "https://")) and words and words not in {href, href.rstrip("/")}:
            bare = href.split("://", 1)[1]
            shown = href if words.rstrip("…") in bare or words in href else f"{words} ({href})"
            self.parts[start:] = [shown]

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)

    def _break(self, lines: int) -> None:
        if self.parts and self.parts[-1] == "> ":
            return
        said = "".join(self.parts[-3:])
        if not said.strip() and not "".join(self.parts).strip():
            return
        standing = len(said) - len(said.rstrip("\n"))
        self.parts.append("\n" * max(0, lines - standing))


def words_of(html: str) -> str:
    """Give the text of a status: paragraphs apart, links written out, mentions and tags as they were typed."""
    words = _Words()
    words.feed(html[:LONGEST])
    words.close()
    lines = "".join(words.parts).replace("\xa0", " ").replace("\x00", "").split("\n")
    text = "\n".join(line.rstrip() for line in lines)
    return text.strip().encode("utf-8", "replace").decode()
