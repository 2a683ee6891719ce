"""What a connector hears, in our words: the records into which pieces (pieces.py) are read.

Words: a Record is what a piece says: a message (`Incoming`), or a change to what was heard or said before
(an edit, a deletion, ...).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Visibility(StrEnum):
    PUBLIC = "public"
    PRIVATE = "private"


class MessageKind(StrEnum):
    """What sort of message it is; only MESSAGE and INVITE ever wait for an answer."""

    MESSAGE = "message"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    INVITE = "invite"


class ItemKind(StrEnum):
    """What a network calls it. The empty one: there is nothing to tell apart."""

    NONE = ""
    POST = "post"
    COMMENT = "comment"
    MENTION = "mention"
    REPLY = "reply"
    QUOTE = "quote"
    DIRECT = "direct"
    STORY_REPLY = "story_reply"
    STORY_MENTION = "story_mention"
    VISITOR_POST = "visitor_post"
    RATING = "rating"
    FOUND = "found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A person as one network knows them, `id` being its own. Language and IANA zone: only if their device told.

    `also` are other ids by which the network knows the same person here (a phone number beside a user id);
    `followers` is None where it was not told.
    """

    id: str
    name: str = ""
    handle: str = ""
    address: str = ""
    language: str = ""
    time_zone: str = ""
    url: str = ""
    picture_url: str = ""
    followers: int | None = None
    is_verified: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An attachment. `content_id` is set when the text shows it inline.

    `digest` and `size` stand for the bytes of one that All Ears stored itself, before there was a message.
    `remote` stands for bytes that still lie on the network: `fetch_file` brings them. It may hold a secret.
    """

    name: str
    content_type: str
    data: bytes = b""
    content_id: str = ""
    is_inline: bool = False
    digest: str = ""
    size: int = 0
    remote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What something public was said under or about: ours, or somebody's. Counts are None where not told."""

    id: str
    text: str = ""
    author: Author | None = None
    url: str = ""
    picture_url: str = ""
    sent_at: datetime | None = None
    is_ours: bool = False
    kind: str = ""
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    views: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message in our words.

    `external_id` is unique in its channel. `thread` is the network's own name of the exchange;
    where a network has none (mail), it is empty and `references` (ids of earlier messages,
    nearest last) and `thread_token` (from our signed reply address) decide.
    `starts_anew` says that this message must not join what it refers to (a forward).
    `is_ours` marks our own words seen on the network; `recipient` then names the customer.
    `html` is already safe to show. `bounced_id` is the id of our message that came back.
    `is_unwanted` says that its author was blocked: it is kept as spam and waits for nobody.
    `post` is what it stands under, in public. `edited_at` is set on words that were changed since they were
    written: if we know an older version, this is its edit. `facts` is what the connector wants to be told
    again when it is asked what can be done with this item (`Item.facts`): short, and nothing secret.
    """

    external_id: str
    author: Author
    text: str
    sent_at: datetime
    visibility: Visibility = Visibility.PRIVATE
    kind: MessageKind = MessageKind.MESSAGE
    item: ItemKind = ItemKind.NONE
    thread: str = ""
    references: tuple[str, ...] = ()
    in_reply_to: str = ""
    thread_token: str = ""
    starts_anew: bool = False
    is_unwanted: bool = False
    is_ours: bool = False
    recipient: Author | None = None
    subject: str = ""
    quoted: str = ""
    signature: str = ""
    html: str = ""
    bounced_id: str = ""
    files: tuple[File, ...] = ()
    warnings: tuple[str, ...] = ()
    post: Post | None = None
    url: str = ""
    edited_at: datetime | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A message was changed. `whole` is the message as it now is, filed if we never heard the first version;
    without it only the text changes."""

    external_id: str
    text: str
    edited_at: datetime
    whole: Incoming | None = None


class Who(StrEnum):
    """Who did it: whoever wrote the message, somebody at our account, or the network itself."""

    AUTHOR = "author"
    US = "us"
    NETWORK = "network"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """A message is gone from the network. Ours stays, marked."""

    external_id: str
    at: datetime
    by: Who = Who.AUTHOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """Somebody reacted to a message: `emoji` is one character, or the network's own word (":kettle:").
    `is_removed` takes it back; with an empty emoji, every reaction of that author."""

    external_id: str
    author: Author
    emoji: str
    at: datetime
    is_removed: bool = False
    is_ours: bool = False


class ReceiptState(StrEnum):
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a message of ours: of one (`external_id`), or of all in `thread` written `until` then.
    `reason` is a marked sentence, filled from `facts`; `raw` is for the log. `key` is the Outgoing's own, where
    the network gives it back: a dispatch of unknown fate with that key went out, as `external_id`."""

    state: ReceiptState
    at: datetime
    external_id: str = ""
    thread: str = ""
    until: datetime | None = None
    key: str = ""
    reason: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hiding:
    """A public item was hidden, or shown again, by somebody at our account or by the network."""

    external_id: str
    at: datetime
    is_hidden: bool
    by: Who = Who.US


@dataclass(frozen=True, slots=True, kw_only=True)
class Renaming:
    """The network now knows somebody by another id (a new phone number), or an exchange by another name: then
    `thread` is what `old_thread` is called from now on."""

    at: datetime
    old_id: str = ""
    author: Author | None = None
    old_thread: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The network says something about our own account. `message` and `advice` are marked sentences, filled
    from `facts`; one that `disconnects` means that our keys no longer count."""

    message: str
    at: datetime
    is_good: bool = False
    advice: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    disconnects: bool = False


Record = Incoming | Edit | Deletion | Reaction | Receipt | Hiding | Renaming | Notice


@dataclass(frozen=True, slots=True)
class Nothing:
    """A delivery that holds no record, and why."""

    reason: str
