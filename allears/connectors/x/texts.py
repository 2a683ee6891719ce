"""The words of a post or a message as a reader sees them: no HTML escapes, real links instead of t.co."""

import html
import re
import unicodedata

from allears.connectors.meta.values import Json, clean_text, object_in, objects_in, text_in

_MENTIONS_BEFORE = re.compile(r"^(?:\s*@\w{1,15})+\s+")
_LINK = re.compile(r"https?://\S+")
_SPACE = re.compile(r"\s+")


def words_of(post: Json, quoted_id: str = "") -> str:
    """Give the text of a post: the long one if it has one, with its links as they lead.

    Links that X puts there itself (to a picture of this post, to the post it quotes) are left out, unless
    nothing else would remain.
    """
    note = object_in(post, "note_tweet") or object_in(post, "note_post")
    source = note if text_in(note, "text") else post
    text, rest = text_in(source, "text"), text_in(source, "text")
    for link in objects_in(source, "entities", "urls"):
        short, real = text_in(link, "url"), text_in(link, "expanded_url")
        if not short or not real:
            continue
        own = _is_picture(link) or (quoted_id and real.rstrip("/").endswith(f"/status/{quoted_id}"))
        text = text.replace(short, real)
        rest = rest.replace(short, "" if own else real)
    return html.unescape(rest).strip() or html.unescape(text).strip()


def _is_picture(link: Json) -> bool:
    return bool(text_in(link, "media_key")) or text_in(link, "display_url").startswith(
        ("pic.x", "pic.twitter")
    )


def same_words(ours: str, theirs: str) -> bool:
    """Say whether a text of ours is the one seen on the network, whatever X did to its beginning and links."""
    return _bare(ours) == _bare(theirs)


def _bare(text: str) -> str:
    text = unicodedata.normalize("NFC", html.unescape(clean_text(text)))
    return _SPACE.sub(" ", _LINK.sub("", _MENTIONS_BEFORE.sub("", text))).strip()
