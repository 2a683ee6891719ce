"""What a connector is asked to say and do, in our words: what is possible with an item, replies, deeds.

Words: an Item is a message of the network as it stands now; an Offer says whether one thing can be done with
it, until when and within which limits, or in words why not; a Deed is something done to it without words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from allears.connectors.hearing import Author, File, ItemKind, Visibility


class Unit(StrEnum):
    """How a network counts a text (measuring.py)."""

    CHARACTERS = "characters"
    UTF16 = "utf16"
    BYTES = "bytes"
    GRAPHEMES = "graphemes"
    WEIGHTED = "weighted"
    SHORT_LINKS = "short_links"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A text may have at most so many of these units."""

    most: int
    unit: Unit = Unit.CHARACTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRules:
    """Which files a reply may carry. `types` are content types or their beginnings ("image/"), () means any;
    sizes in bytes. Some networks take no text beside a file."""

    most: int = 1
    largest: int = 0
    types: tuple[str, ...] = ()
    with_text: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Whether one thing can be done with an item.

    `reason` (why not), `warning` (to read before doing it) and `link_warning` (to read before a link is sent)
    are marked sentences, filled from `facts`. `until` is when the possibility ends. `must_be_by_person`: only
    words that a person wrote may go this way now. `only_templates`: no free words, only approved templates.
    `opening` is what the network wants the text to begin with ("@ann "); it counts towards the limits and is
    put there by `send` unless the text has it. `files` is None where none may go.
    """

    is_possible: bool = True
    reason: str = ""
    until: datetime | None = None
    limits: tuple[Limit, ...] = ()
    files: FileRules | None = None
    must_be_by_person: bool = False
    only_templates: bool = False
    opening: str = ""
    warning: str = ""
    link_warning: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """All that can be done with one item. What is not named cannot be done.

    `publicly` and `privately` are replies; `privately` to a public item takes the matter to a private thread.
    `emoji` are the reactions that the network takes as ours, the usual one first.
    """

    publicly: Offer
    privately: Offer
    like: Offer = Offer(is_possible=False)
    hide: Offer = Offer(is_possible=False)
    delete: Offer = Offer(is_possible=False)
    emoji: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A message as it stands now, with what decides what can be done with it.

    `heard_privately_at` is when its author last wrote to us privately in this channel; `private_replies` is how
    many private replies to this very item went out. `reacted` is the reaction we gave it, "" if none.
    `facts` are those its `Incoming` had.
    """

    external_id: str
    author: Author
    sent_at: datetime
    visibility: Visibility = Visibility.PRIVATE
    kind: ItemKind = ItemKind.NONE
    text: str = ""
    thread: str = ""
    in_reply_to: str = ""
    post_id: str = ""
    url: str = ""
    is_ours: bool = False
    is_hidden: bool = False
    is_deleted: bool = False
    reacted: str = ""
    heard_privately_at: datetime | None = None
    private_replies: int = 0
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A message approved by the network beforehand. `body` has {{1}} or {{name}} where `gaps` go, in order.
    `header` and `footer` are shown around it; `has_unfillable` says it needs what All Ears can't fill."""

    name: str
    language: str
    body: str
    gaps: tuple[str, ...] = ()
    header: str = ""
    footer: str = ""
    category: str = ""
    has_unfillable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledTemplate:
    """A template chosen for a reply, with what goes into its gaps, by their names."""

    name: str
    language: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A reply on its way out. `external_id` is ours, made before sending, where the network lets
    us name it (a Message-ID); `key` is the idempotency key. `references` are nearest last.
    `quote` is what the customer wrote last, for networks that quote. `item` is what it answers (None: a
    letter of our own); visibility may differ from the item's: that takes a public matter to private.
    `is_by_person` is true unless a machine wrote it."""

    key: str
    external_id: str
    text: str
    visibility: Visibility
    to: Author
    thread: str = ""
    thread_token: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    from_name: str = ""
    quote: str = ""
    quote_author: str = ""
    quote_sent_at: datetime | None = None
    files: tuple[File, ...] = ()
    sent_at: datetime
    item: Item | None = None
    is_by_person: bool = True
    template: FilledTemplate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The network took it. `external_id` is what the network calls it, `also` the ids of further messages
    that it became (a file apart from its text). `thread` is the private thread it opened, and `recipient` how
    the network calls the customer there, where that could not be known before. `facts` as in `Incoming`."""

    external_id: str
    note: str = ""
    also: tuple[str, ...] = ()
    thread: str = ""
    recipient: Author | None = None
    url: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


class DeedKind(StrEnum):
    LIKE = "like"
    UNLIKE = "unlike"
    HIDE = "hide"
    UNHIDE = "unhide"
    DELETE = "delete"
    SEEN = "seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something done to an item. `emoji` goes with LIKE; doing it twice must do it once."""

    kind: DeedKind
    item: Item
    emoji: str = ""
