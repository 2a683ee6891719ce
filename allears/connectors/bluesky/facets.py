"""Links, mentions and tags: Bluesky keeps them beside the text, placed by bytes of its UTF-8."""

from collections.abc import Callable, Iterator

import regex

from allears.connectors.json_values import Json, number_in, object_in, objects_in, text_in

_LINK = regex.compile(r"(?<![\w@/.])https?://[^\s<>\"“”«»]+", regex.IGNORECASE)
_END = ".,;:!?'\"…"
_MENTION = regex.compile(
    r"(?<![\w@/.])@((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*)", regex.IGNORECASE
)
_TAG = regex.compile(
    r"(?<![\w&/#])#(?=[^\s#]*[^\d\s\p{P}])([^\s\p{P}\u00AD\u2060\u200A-\u200D\u20E2][^\s#]*)"
)
LONGEST_TAG = 64
MOST = 50


def facets_of(text: str, did_of: Callable[[str], str]) -> list[Json]:
    """Find what a reader may click on. `did_of` tells who a handle is, "" if nobody."""
    found: list[tuple[int, int, Json]] = []
    for link in _LINK.finditer(text):
        uri = _trim(link[0])
        found.append((link.start(), link.start() + len(uri), {"$type": _kind("link"), "uri": uri}))
    for mention in _MENTION.finditer(text):
        did = did_of(mention[1].lower())
        if did:
            found.append((mention.start(), mention.end(), {"$type": _kind("mention"), "did": did}))
    for tag in _TAG.finditer(text):
        word = tag[1].rstrip(_END + ")")
        if word and len(word) <= LONGEST_TAG:
            found.append((tag.start(), tag.start(1) + len(word), {"$type": _kind("tag"), "tag": word}))
    return list(_placed(text, sorted(found, key=lambda one: one[:2])))[:MOST]


def _kind(name: str) -> str:
    return f"app.bsky.richtext.facet#{name}"


def _trim(uri: str) -> str:
    """Leave out what ends the sentence and not the link."""
    while uri and (
        uri[-1] in _END
        or (uri[-1] in ")]" and uri.count(uri[-1]) > uri.count("(" if uri[-1] == ")" else "["))
    ):
        uri = uri[:-1]
    return uri


def _placed(text: str, found: list[tuple[int, int, Json]]) -> Iterator[Json]:
    end_before = 0
    for start, end, feature in found:
        if start < end_before:
            continue
        end_before = end
        begins = len(text[:start].encode())
        index = {"byteStart": begins, "byteEnd": begins + len(text[start:end].encode())}
        yield {"$type": "app.bsky.richtext.facet", "index": index, "features": [feature]}


def text_with_links(record: Json) -> str:
    """Give the words of a record, with shortened links written out. Facets that lie are ignored."""
    text = text_in(record, "text")
    whole = text.encode()
    parts: list[bytes] = []
    place = 0
    for start, end, uri in sorted(_links(record)):
        if not place <= start < end <= len(whole):
            continue
        shown = whole[start:end].decode("utf-8", "replace")
        parts += [whole[place:start], written_out(shown, uri).encode()]
        place = end
    return b"".join([*parts, whole[place:]]).decode("utf-8", "replace")


def _links(record: Json) -> Iterator[tuple[int, int, str]]:
    for facet in objects_in(record, "facets"):
        index = object_in(facet, "index")
        start, end = number_in(index, "byteStart"), number_in(index, "byteEnd")
        for feature in objects_in(facet, "features"):
            uri = text_in(feature, "uri")
            if start is not None and end is not None and uri.startswith(("https://", "http://")):
                yield start, end, uri


def written_out(shown: str, uri: str) -> str:
    """Show where a link leads: in place of its shortened form, or behind words that hide it."""
    bare = uri.split("://", 1)[1]
    if shown in {uri, uri.rstrip("/")}:
        return shown
    is_short = bare.startswith(shown.rstrip("….").removeprefix("https://").removeprefix("http://"))
    return uri if is_short else f"{shown} ({uri})"
