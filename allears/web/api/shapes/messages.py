"""Messages, replies and notes."""

from typing import Literal

from ninja import Field, Schema

from allears.web.api.shapes.abilities import TemplateWanted
from allears.web.api.shapes.basics import Id, Moment, Named, Page, Text, VisibilityName, Wanted
from allears.web.api.shapes.readings import MessageReading

ReplyState = Literal["held", "waiting", "sending", "sent", "refused", "unknown", "cancelled"]


class Writer(Schema):
    """Who wrote: a customer's identity, or a member of ours."""

    name: str = Field(examples=["Anna Berg"])
    identity_id: int | None
    member_id: int | None


class File(Schema):
    """A file that came or went with a message."""

    id: int
    name: str = Field(examples=["receipt.pdf"])
    content_type: str = Field(examples=["application/pdf"])
    size: int = Field(description="In bytes.")
    is_inline: bool = Field(description="Whether it stands within the text, like a picture in a mail.")
    url: str = Field(description="Where it is downloaded, with the same token.")


class ReplyRef(Schema):
    """What becomes of a message of ours on its way out."""

    id: int
    state: ReplyState


class Message(Schema):
    """One message, in or out."""

    id: int
    conversation_id: int
    direction: Literal["in", "out"] = Field(description="in: from the customer. out: from us.")
    kind: Literal["message", "auto_reply", "bounce", "invite"]
    visibility: VisibilityName
    channel_id: int
    external_id: str = Field(description="What the network calls it.", examples=["m-1"])
    author: Writer = Field(alias="from")
    subject: str
    text: str = Field(description="What was newly written.", examples=["Where is my parcel?"])
    quoted: str = Field(description="What was quoted below it.")
    signature: str
    sent_at: Moment
    received_at: Moment
    outcome: Literal["", "answered", "no_reply_needed", "merged", "spam", "handed_over", "window_expired"] = (
        Field(description="How an inbound message ended; empty while it waits.")
    )
    outcome_reason: str
    outcome_at: Moment | None
    attachments: list[File]
    reply: ReplyRef | None = Field(description="For a message that was sent from here.")
    reading: MessageReading | None = Field(
        description="How it was read, on this machine; null for our own words, and until it was read."
    )


class MessagePage(Page):
    """One page of messages."""

    items: list[Message]


class FileWanted(Wanted):
    """A file to send."""

    name: Text = Field(min_length=1, max_length=255, examples=["label.txt"])
    content_type: Text = Field("application/octet-stream", max_length=127, examples=["text/plain"])
    data: str = Field(description="Its bytes in standard base64.", examples=["YSBsYWJlbA=="])


class ReplyWanted(Wanted):
    """What is to be said to the customer."""

    text: Text = Field("", max_length=100_000, examples=["It left this morning and is with you tomorrow."])
    then: Literal["nothing", "solve", "wait", "on_hold"] = Field(
        "nothing",
        description="What the conversation becomes: `solve` is solved, `wait` pending, `on_hold` on hold.",
    )
    hold: bool = Field(
        False,
        description="Hold it for the time in which it can be taken back, as on the desk; else it goes at once.",
    )
    seen_message_id: Id | None = Field(
        None,
        description="The newest message you know of (`last_message_id`). If one of us has answered since, "
        "nothing is sent, and the 409 shows what was said.",
    )
    attachments: list[FileWanted] = Field([], max_length=20, description="23 MB in all.")
    visibility: Literal["", "public", "private"] = Field(
        "",
        description="Where to answer: `public`, `private` (which takes a public matter to private), or empty for "
        "where the customer wrote last. See `/conversations/{id}/places` for what is possible.",
    )
    written_by: Literal["person", "machine"] = Field(
        "person", description="Some networks take only words of a person after a while."
    )
    template: TemplateWanted | None = Field(
        None,
        description="An approved template instead of `text`, which is not looked at then.",
        examples=[None],
    )


class Reply(Schema):
    """A reply on its way out."""

    id: int
    conversation_id: int
    message_id: int | None = Field(description="The message it became; null once it was taken back.")
    state: ReplyState = Field(
        examples=["waiting"],
        description="`held` can be taken back; `waiting` and `sending` are under way; `sent` is done; `refused` "
        "needs a person, see `trouble`; `unknown` may or may not have been sent, and is never sent twice.",
    )
    text: str = Field(examples=["It left this morning and is with you tomorrow."])
    queued_at: Moment
    due_at: Moment = Field(description="When it is sent, or tried next.")
    ended_at: Moment | None = Field(examples=[None])
    attempts: int = Field(examples=[0])
    trouble: str = Field(description="What went wrong and what to do, for a person; empty while all is well.")


class DecisionWanted(Wanted):
    """What a person found out about a reply of unknown fate."""

    was_sent: bool = Field(description="true: the customer has it. false: send it again.")


class NoteWanted(Wanted):
    """Words for members only."""

    text: Text = Field(max_length=100_000, examples=["@Bo, do you know this customer?"])


class Note(Schema):
    """A note: members read it, customers never."""

    id: int
    conversation_id: int
    member_id: int | None
    member_name: str = Field(examples=["Ada"])
    text: str = Field(examples=["@Bo, do you know this customer?"])
    written_at: Moment


class NotePage(Page):
    """One page of notes."""

    items: list[Note]


class OvertakenProblem(Schema):
    """Somebody answered first: nothing was sent, and this is what they said."""

    type: str = Field(examples=["/api/docs#someone-answered"])
    title: str
    status: int
    detail: str
    code: str
    newer_messages: list[Message] | None = None


class SavedReply(Schema):
    """Words to answer with again, with {{ variables }} in them."""

    id: int
    title: str = Field(examples=["Parcel on its way"])
    shortcut: str = Field(examples=["parcel"])
    text: str = Field(examples=["Hello {{ customer.first_name }}, it left this morning."])
    language: str = Field(description="The language it is for; empty for any.", examples=["en"])
    brand: Named | None = Field(description="The brand it is for; null for any.")
    is_shared: bool = Field(description="Whether everyone has it, or the member alone.")
    is_thanks: bool = Field(description="Whether it may answer praise at one key.")
    used_count: int
    last_used_at: Moment | None


class SavedReplyList(Page):
    """Saved replies."""

    items: list[SavedReply]


class FilledReply(SavedReply):
    """A saved reply, filled for one conversation."""

    filled_text: str = Field(examples=["Hello Anna, it left this morning."])
    gaps: list[str] = Field(
        description="Variables for which nothing is known here: fill them before you send it."
    )


class FilledReplyList(Page):
    """Saved replies for one conversation, those that fit it first."""

    items: list[FilledReply]
