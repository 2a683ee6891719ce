"""Conversations, and what may be asked of them."""

from typing import Literal

from ninja import Field, Schema

from allears.web.api.shapes.basics import (
    Id,
    Moment,
    Named,
    Page,
    PriorityName,
    StatusName,
    Text,
    VisibilityName,
    Wanted,
)

SortName = Literal["queue", "matters", "waiting_since", "newest", "oldest", "id"]


UrgencyName = Literal["critical", "high", "normal", "low"]


class ChannelRef(Named):
    """Where a conversation takes place."""

    kind: str = Field(description="The network: email, api, chat …", examples=["email"])


class Tag(Named):
    """A word of ours about what a conversation is."""

    tone: Literal["calm", "good", "warm", "hot"] = Field(description="What its colour means.")


class UsedTag(Tag):
    """A tag, and on how many conversations it stands."""

    conversations: int


class TagList(Page):
    """The tags of the workspace."""

    items: list[UsedTag]


class ConversationReading(Schema):
    """What understanding made of what waits here; `unsure` is an answer, "" means not read yet."""

    language: str = Field(description='ISO 639; "" when it can\'t be told.', examples=["en"])
    sentiment: Literal["", "negative", "neutral", "positive", "unsure"]
    intent: Literal["", "question", "complaint", "request", "praise", "chatter", "spam", "unsure"]
    urgency: UrgencyName
    asks_for_an_answer: bool
    is_praise: bool = Field(description="Praise that asks nothing, with no complaint hidden in it.")
    advice: Literal["", "step_in", "watch", "leave"]
    has_personal_data: bool
    near_copies: int | None = Field(description="The group of near-copies it belongs to: a `copies` filter.")


class Conversation(Schema):
    """One customer, one matter, one clock."""

    id: int = Field(examples=[1284])
    url: str = Field(description="The page on which an agent opens it.")
    subject: str = Field(examples=["Where is my parcel?"])
    preview: str = Field(
        description="The beginning of the newest message.", examples=["It was due on Friday …"]
    )
    status: StatusName = Field(
        description="`new` and `open` wait for us, `pending` for the customer, `on_hold` for someone else."
    )
    priority: PriorityName
    visibility: VisibilityName = Field(description="Whether others than the customer can read it.")
    is_spam: bool
    customer: Named
    channel: ChannelRef
    team: Named | None
    assignee: Named | None
    tags: list[Tag]
    opened_at: Moment
    waiting_since: Moment | None = Field(
        description="When the first message was written that is still unanswered; null while nobody waits."
    )
    first_answered_at: Moment | None
    solved_at: Moment | None
    last_message_at: Moment
    last_message_id: int = Field(description="Send it back as `seen_message_id` with a reply.")
    message_count: int
    reading: ConversationReading = Field(
        description="What the customer's words since they wait were read as, on this machine."
    )


class SuggestedTag(Named):
    """A tag that may fit by what the workspace tagged before; nothing puts it on but a person or a program."""

    percent: int = Field(description="How sure that is.", examples=[82])


class ConversationInFull(Conversation):
    """A conversation read by itself."""

    version: int = Field(
        description="Grows with everything that happens to it; also the ETag, for If-Match.", examples=[90210]
    )
    suggested_tags: list[SuggestedTag] = Field(
        description="Learned from conversations that were tagged here; the surest first."
    )
    can_reply: bool = Field(description="Whether a reply can be sent from here.")
    cannot_reply_because: str = Field(description="Why not; empty when it can.")


class ConversationPage(Page):
    """One page of conversations."""

    items: list[Conversation]


class Count(Schema):
    """How many there are, exactly."""

    count: int = Field(examples=[1284])


FILTERED = "Several values by commas or by repeating the name; any of them fits."


class ConversationFilters(Schema):
    """Which conversations are meant; what is not named is not asked for."""

    status: str = Field("", description=f"new, open, pending, on_hold, solved, closed. {FILTERED}")
    assignee: str = Field("", description=f"Ids of members, `me`, or `none`. {FILTERED}")
    team: str = Field("", description=f"Ids of teams, or `none`. {FILTERED}")
    priority: str = Field("", description=f"urgent, high, normal, low. {FILTERED}")
    channel: str = Field("", description=f"Ids of channels. {FILTERED}")
    brand: str = Field("", description=f"Ids of brands. {FILTERED}")
    kind: str = Field("", description=f"Networks: email, api, chat … {FILTERED}")
    tag: str = Field("", description=f"Ids of tags, or `none`. {FILTERED}")
    visibility: str = Field("", description="public or private.")
    customer: str = Field("", description="The id of a customer.")
    language: str = Field("", description=f"ISO 639 codes of what was written, or `unknown`. {FILTERED}")
    sentiment: str = Field("", description=f"negative, neutral, positive, unsure. {FILTERED}")
    intent: str = Field(
        "", description=f"question, complaint, request, praise, chatter, spam, unsure. {FILTERED}"
    )
    urgency: str = Field("", description=f"critical, high, normal, low. {FILTERED}")
    advice: str = Field("", description=f"step_in, watch, leave. {FILTERED}")
    asks: str = Field("", description="yes: an answer is asked for. no: it is not.")
    praise: str = Field("", description="yes: nothing but praise.")
    personal: str = Field("", description="yes: personal data stands in it.")
    copies: str = Field("", description="The group of near-copies it belongs to.")
    spam: str = Field("", description="yes or no.")
    waiting: str = Field("", description="yes: a customer waits for an answer. no: nobody does.")
    waiting_longer_than: str = Field("", description="A length of time such as 90m, 4h or 3d.")
    quiet_longer_than: str = Field("", description="No message for so long: 90m, 4h, 3d.")
    opened_after: str = Field("", description="An ISO 8601 moment.")
    opened_before: str = Field("", description="An ISO 8601 moment.")
    last_message_after: str = Field("", description="An ISO 8601 moment.")
    last_message_before: str = Field("", description="An ISO 8601 moment.")
    text: str = Field("", description="Words to search for, with the operators of the desk's search.")


class ConversationChange(Wanted):
    """What is to be different. What is left out stays as it is."""

    status: StatusName | None = Field(None, examples=["solved"])
    reason: Text = Field(
        "",
        max_length=200,
        description="Why no reply is needed: goes with `solved` and `closed` while the customer waits.",
    )
    assignee: Id | None = Field(None, description="The id of a member; null for nobody.")
    team: Id | None = Field(None, description="The id of a team; null for everyone.")
    priority: PriorityName | None = Field(None, examples=["high"])
    tags: list[Id] | None = Field(None, max_length=100, description="The ids of all tags it is to have.")


class OutcomeWanted(Wanted):
    """How what waits here ends without a reply. The conversation is solved by that."""

    outcome: Literal["no_reply_needed", "spam"]
    reason: Text = Field(
        "", max_length=200, description="Needed for `no_reply_needed`.", examples=["Only thanks"]
    )


class View(Schema):
    """A filter with a name, kept by a member, a team or for everyone."""

    id: int
    name: str = Field(examples=["Late parcels"])
    audience: Literal["me", "team", "all"]
    team: Named | None
    filter: dict[str, list[str]] = Field(
        description="The filters of the list of conversations.", examples=[{"status": ["new", "open"]}]
    )
    order: str = Field(description="How the desk orders it.", examples=["waiting"])
    count: int = Field(description="How many conversations stand in it.", examples=[12])


class ViewList(Page):
    """The saved views."""

    items: list[View]
