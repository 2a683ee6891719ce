"""Judge a reply before it goes out: X would refuse it, and half of it must never be out."""

import re

from allears.connectors.errors import Refused
from allears.connectors.interface import Account, File, Limit, Outgoing
from allears.connectors.measuring import excess_of
from allears.connectors.words import mark
from allears.connectors.x.judging import (
    FILMS,
    LARGEST_FILM,
    LARGEST_GIF,
    LARGEST_PICTURE,
    LONGEST_MESSAGE,
    PICTURES,
    PRIVATE_FILES,
    PUBLIC_FILES,
    limit_of,
)

TOO_LONG = mark("The text is too long for X, by %(excess)s as X counts characters.")
TWO_CASHTAGS = mark("X takes at most one cashtag (like $ABC) in a post. Take the others out.")
EMPTY = mark("There is nothing to send: no words and no file.")
TOO_MANY_FILES = mark("X takes at most %(most)s files here.")
ALONE = mark("X takes a film or a moving picture only alone, without other files.")
WRONG_TYPE = mark(
    "X does not take files like %(name)s: only pictures (JPEG, PNG, WebP, GIF) and films (MP4)."
)
TOO_LARGE = mark("%(name)s is too large for X.")
CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)")


def expect_fit(outgoing: Outgoing, account: Account, *, is_public: bool) -> None:
    """Raise Refused for what X would not take."""
    limit = limit_of(account.settings) if is_public else Limit(most=LONGEST_MESSAGE)
    over = excess_of(outgoing.text, [limit])
    if over:
        raise Refused(TOO_LONG, excess=str(over[0]))
    if is_public and len(CASHTAG.findall(outgoing.text)) > 1:
        raise Refused(TWO_CASHTAGS)
    if not outgoing.text.strip() and not outgoing.files:
        raise Refused(EMPTY)
    _expect_files(outgoing.files, (PUBLIC_FILES if is_public else PRIVATE_FILES).most)


def _expect_files(files: tuple[File, ...], most: int) -> None:
    if len(files) > most:
        raise Refused(TOO_MANY_FILES, most=str(most))
    for file in files:
        if file.content_type not in PICTURES + FILMS:
            raise Refused(WRONG_TYPE, name=file.name)
        if len(file.data) > largest_of(file):
            raise Refused(TOO_LARGE, name=file.name)
        if len(files) > 1 and file.content_type in (*FILMS, "image/gif"):
            raise Refused(ALONE)


def largest_of(file: File) -> int:
    """Say how large such a file may be."""
    if file.content_type in FILMS:
        return LARGEST_FILM
    return LARGEST_GIF if file.content_type == "image/gif" else LARGEST_PICTURE
