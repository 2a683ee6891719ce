"""HTML made safe to show, and read as plain text.

What the safe HTML promises: no scripts, styles, classes, ids or forms; links open outside with
rel="noopener noreferrer"; pictures carried by the mail keep src="cid:..." (in img only, for the page to
rewrite); pictures elsewhere become data-src, so that nothing is loaded by looking; hidden text is gone.
"""

import base64
import binascii
import re
from collections import Counter

import nh3

from allears.connectors.email.html_text import TAG, write_text
from allears.connectors.interface import File

LONGEST_HTML = 1_000_000
_DEEPEST = 300
_MOST_AMPERSANDS = 5_000
_KEPT = (
    "a abbr b big blockquote br caption center code col colgroup dd del div dl dt em "
    "figcaption figure h1 h2 h3 "
    "h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub sup "
    "table tbody td tfoot "
    "th thead tr tt u ul section article header footer main nav aside"
)
_DROPPED = "script style head title noscript template iframe object embed svg math"
_CLEANER = nh3.Cleaner(
    tags=set(_KEPT.split()),
    clean_content_tags=set(_DROPPED.split()),
    attributes={
        "*": {"dir", "lang", "align", "style", "hidden"},
        "a": {"href", "title"},
        "img": {"src", "alt", "title", "width", "height"},
        "ol": {"start", "type"},
        "td": {"colspan", "rowspan", "valign"},
        "th": {"colspan", "rowspan", "valign"},
    },
    set_tag_attribute_values={"a": {"target": "_blank"}},
    filter_style_properties={"display", "visibility", "mso-hide"},
    url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
    url_relative="deny",
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)")
_LONG_TAG = re.compile(r"<[a-zA-Z/][^<>]{20000}")
_LONE_AMPERSAND = re.compile(r"&(?![#a-zA-Z])")
_SHALLOW = frozenset(
    "p li td tr th dd dt br hr img meta link input col area base wbr tbody thead option".split()  # noqa: SIM905
)
_DATA_PICTURE = re.compile(
    r"""(<img\b[^<>]{0,2000}?\bsrc\s*=\s*["']?)data:image/(png|jpe?g|gif|webp);base64,([A-Za-z0-9+/=\s]+)""",
    re.IGNORECASE,
)
_FORM = re.compile(r"<(/?)form\b", re.IGNORECASE)
_HIDDEN = re.compile(r' hidden="|style="[^"]*(?:none|hidden|mso-hide)')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')


def declared_in_html(data: bytes) -> str:
    """Give the charset a page names in itself, or ""."""
    found = _CHARSET.search(data[:4_000])
    return found[1].decode("ascii") if found else ""


def is_cleanable(html: str) -> bool:
    """Say whether the page is small and shallow enough to be cleaned in good time."""
    if len(html) > LONGEST_HTML or _LONG_TAG.search(html):
        return False
    if html.count("<") < _DEEPEST:
        return True
    open_tags: Counter[str] = Counter()
    depth = 0
    for tag in _ANY_TAG.finditer(html):
        name = tag[2].lower()
        if name in _SHALLOW:
            continue
        if not tag[1]:
            open_tags[name] += 1
            depth += 1
        elif open_tags[name]:
            open_tags[name] -= 1
            depth -= 1
        if depth > _DEEPEST:
            return False
    return True


def clean_html(html: str) -> str:
    """Make a cleanable page safe. What remains is well-formed; write_text() reads it."""
    if html.count("&") > _MOST_AMPERSANDS:
        html = _LONE_AMPERSAND.sub("&amp;", html)
    cleaned = _CLEANER.clean(_FORM.sub(r"<\1div", html) if "<form" in html or "<FORM" in html else html)
    if _HIDDEN.search(cleaned):
        cleaned = _drop_hidden(cleaned)
    return TAG.sub(_settle_tag, cleaned).strip()


def strip_tags(html: str) -> str:
    """Read a page too wild to clean: its words, without any order promised."""
    return " ".join(re.sub(r"<[^<>]*>", " ", html[:LONGEST_HTML]).split())


def take_data_pictures(html: str) -> tuple[str, list[File]]:
    """Turn pictures written into the page itself into files that the page refers to."""
    files: list[File] = []
    if "data:image/" not in html and "DATA:" not in html:
        return html, files

    def take(found: re.Match[str]) -> str:
        kind = found[2].lower().replace("jpg", "jpeg")
        letters = "".join(found[3].split()).rstrip("=")
        try:
            data = base64.b64decode(letters + "=" * (-len(letters) % 4))
        except binascii.Error:
            return found[0]
        name = f"picture-{len(files) + 1}.{kind}"
        content_id = f"{name}@in-page.invalid"
        files.append(
            File(name=name, content_type=f"image/{kind}", data=data, content_id=content_id, is_inline=True)
        )
        return f"{found[1]}cid:{content_id}"

    return _DATA_PICTURE.sub(take, html), files


def _settle_tag(tag: re.Match[str]) -> str:
    text = tag[0]
    if "=" not in text:
        return text
    is_picture = text.startswith("<img")

    def settle(attribute: re.Match[str]) -> str:
        name, value = attribute[1], attribute[2].strip().lower()
        if name in {"style", "hidden"}:
            return ""
        if name == "src" and not value.startswith("cid:"):
            return f' data-src="{attribute[2]}"' if value.startswith("http") else ""
        if name == "href" and (is_picture or value.startswith(("cid:", "data:"))):
            return ""
        return attribute[0]

    return _ATTRIBUTE.sub(settle, text)


def _drop_hidden(cleaned: str) -> str:
    kept: list[str] = []
    hidden_depth, place = 0, 0
    for tag in TAG.finditer(cleaned):
        if not hidden_depth:
            kept.append(cleaned[place : tag.start()])
        is_void = tag[2] in {"br", "hr", "img", "col"}
        if hidden_depth:
            hidden_depth += 0 if is_void else -1 if tag[1] else 1
        elif _HIDDEN.search(tag[0]):
            hidden_depth = 0 if is_void else 1
        else:
            kept.append(tag[0])
        place = tag.end()
    kept.append(cleaned[place:])
    return "".join(kept)


def read_html(html: str) -> str:
    """Give the plain text of a page."""
    return write_text(clean_html(html)) if is_cleanable(html) else strip_tags(html)
