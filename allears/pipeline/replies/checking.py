"""Check what is to be said against what the network offers: when it is queued, and again just before it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from allears.connectors.interface import FileRules, Offer
from allears.connectors.measuring import excess_of
from allears.connectors.words import mark
from allears.foundation.errors import AllEarsError
from allears.pipeline.replies.errors import CannotReply, FilesNotTaken, TextTooLong
from allears.pipeline.replies.saying import in_words

ONLY_TEMPLATES = mark("Only an approved template can be sent now: the time for free words here is over.")
BY_PERSON = mark(
    "Only words that a person wrote may be sent here now, and this is a saved reply as it stands. "
    "Put it in your own words."
)
TOO_LONG = mark(
    "The text is too long for this network by %(count)s. It takes at most %(most)s, as it counts."
)
NO_FILES = mark("No files can be sent here.")
TOO_MANY_FILES = mark("At most %(most)s files can be sent here with one message.")
ONE_FILE = mark("Only one file can be sent here with one message.")
FILE_TOO_LARGE = mark("%(name)s is too large for this network: it takes at most %(most)s MB.")
FILE_OF_OTHER_TYPE = mark("This network does not take files like %(name)s.")
NO_TEXT_BESIDE_FILES = mark("This network takes no text beside a file. Send one after the other.")
MEGABYTE = 1024 * 1024


class FileLike(Protocol):
    """What is asked of a file that is to go out."""

    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is to go out, and how it came to be."""

    text: str
    signature: str = ""
    files: Sequence[FileLike] = ()
    is_by_person: bool = True
    is_template: bool = False


@dataclass(frozen=True, slots=True)
class Objection:
    """Why something can't go out: a marked sentence with its facts, and the error it is raised as."""

    sentence: str
    facts: dict[str, str] = field(default_factory=dict)
    error: type[AllEarsError] = CannotReply

    def __str__(self) -> str:
        return in_words(self.sentence, self.facts)


def check_said(offer: Offer, said: Said) -> None:
    """Raise CannotReply, TextTooLong or FilesNotTaken, in the reader's language, if something is in the way."""
    if found := objection_to(offer, said):
        raise found.error(str(found))


def objection_to(offer: Offer, said: Said) -> Objection | None:
    """Say why the network would not take this; None when it would."""
    if not offer.is_possible:
        return Objection(offer.reason, dict(offer.facts))
    if said.is_template:
        return None
    if offer.only_templates:
        return Objection(ONLY_TEMPLATES)
    if offer.must_be_by_person and not said.is_by_person:
        return Objection(BY_PERSON)
    return _too_long(offer, said) or _files_in_the_way(offer.files, said)


def whole_text(offer: Offer, text: str, signature: str = "") -> str:
    """Return a text as it will be counted: with what the network wants before it and the signature below."""
    text = text.replace("\r\n", "\n").strip()
    opening = offer.opening
    if opening and opening.strip().casefold() not in text.casefold():
        text = f"{opening}{text}"
    return f"{text}\n\n{signature}" if signature else text


def _too_long(offer: Offer, said: Said) -> Objection | None:
    over = excess_of(whole_text(offer, said.text, said.signature), offer.limits)
    if over is None:
        return None
    facts = {"count": str(over[0]), "most": str(over[1].most)}
    return Objection(TOO_LONG, facts, TextTooLong)


def _files_in_the_way(rules: FileRules | None, said: Said) -> Objection | None:
    if not said.files:
        return None
    if rules is None:
        return Objection(NO_FILES, error=FilesNotTaken)
    if len(said.files) > rules.most:
        sentence = ONE_FILE if rules.most == 1 else TOO_MANY_FILES
        return Objection(sentence, {"most": str(rules.most)}, FilesNotTaken)
    if said.text.strip() and not rules.with_text:
        return Objection(NO_TEXT_BESIDE_FILES, error=FilesNotTaken)
    return next(filter(None, (_file_in_the_way(rules, file) for file in said.files)), None)


def _file_in_the_way(rules: FileRules, file: FileLike) -> Objection | None:
    if rules.largest and file.size > rules.largest:
        most = f"{rules.largest / MEGABYTE:.1f}".removesuffix(".0")
        return Objection(FILE_TOO_LARGE, {"name": file.name, "most": most}, FilesNotTaken)
    if rules.types and not file.content_type.startswith(rules.types):
        return Objection(FILE_OF_OTHER_TYPE, {"name": file.name}, FilesNotTaken)
    return None
