"""Who and what there is in a workspace."""

from typing import Any, Literal

from ninja import Field, Schema

from allears.web.api.shapes.basics import Moment, Named, Page

RoleName = Literal["owner", "admin", "lead", "agent", "observer"]


class Me(Schema):
    """Who the token stands for."""

    member_id: int
    name: str = Field(examples=["Ada"])
    email: str = Field(examples=["ada@shop.example"])
    role: RoleName
    workspace: Named
    token: Named
    token_expires_at: Moment | None
    newest_event_id: int = Field(
        description="Where to begin reading /events to hear what happens from now on."
    )


class Member(Schema):
    """A person who works here."""

    id: int
    name: str
    email: str
    role: RoleName
    is_active: bool
    teams: list[Named]


class MemberList(Page):
    """Everyone who works here."""

    items: list[Member]


class Team(Schema):
    """Members who share a queue."""

    id: int
    name: str
    is_private: bool
    member_ids: list[int]


class TeamList(Page):
    """The teams you may know of."""

    items: list[Team]


class Channel(Schema):
    """One account, mailbox or number of ours."""

    id: int
    name: str
    kind: str = Field(examples=["email"])
    address: str = Field(examples=["help@shop.example"])
    state: Literal["on", "paused", "disconnected"]
    trouble: str = Field(description="What is wrong and what to do; empty while all is well.")
    team: Named | None
    last_heard_at: Moment | None
    last_sent_at: Moment | None


class ChannelList(Page):
    """The channels of the workspace."""

    items: list[Channel]


class Brand(Schema):
    """A face that the workspace shows."""

    id: int
    name: str = Field(examples=["Lantern"])
    is_default: bool
    language: str = Field(examples=["en"])
    time_zone: str = Field(examples=["Europe/Berlin"])
    colour: str = Field(examples=["#0f766e"])
    signature: str
    is_open: bool = Field(description="Whether it is within its opening hours now.")


class BrandList(Page):
    """The brands of the workspace."""

    items: list[Brand]


class Event(Schema):
    """One thing that happened. It never changes."""

    id: int
    kind: str = Field(examples=["message.received"])
    at: Moment
    by: int | None = Field(description="The member who did it; null for the machine.")
    conversation_id: int | None
    channel_id: int | None
    subject: str = Field(description="What else it is about, as kind:id.", examples=["dispatch:17"])
    facts: dict[str, Any] = Field(description="What there is to know, by the kind of event.")


class EventList(Schema):
    """Events in the order in which they happened."""

    items: list[Event]
    next_after: int = Field(description="Pass it as `after` to go on; also when nothing was listed.")
    has_more: bool


class AuditProblem(Schema):
    """Something that does not add up."""

    sentence: str
    facts: dict[str, str]
    rows: list[str] = Field(description="The rows concerned, as kind:id.", examples=[["message:12"]])


class Audit(Schema):
    """Whether all that was received has an outcome: envelopes = processed + waiting + dead."""

    is_good: bool
    envelopes: int
    waiting: int
    processed: int
    dead: int
    messages: int
    inbound_messages: int
    unanswered_messages: int
    conversations: int
    open_conversations: int
    dispatches: dict[str, int] = Field(description="How many replies there are in each state.")
    problems: list[AuditProblem]
