"""What can be done with a message on its network; templates; deeds."""

from typing import Literal

from ninja import Field, Schema

from allears.web.api.shapes.basics import Moment, Page, Text, VisibilityName, Wanted

DeedName = Literal["like", "unlike", "hide", "unhide", "delete"]
ReasonName = Literal["", "spam", "threat", "personal_data", "hate", "legal", "mistake", "other"]


class Limit(Schema):
    """How long a text may be, in the network's own unit."""

    most: int = Field(examples=[280])
    unit: Literal["characters", "utf16", "bytes", "graphemes", "weighted", "short_links"] = Field(
        examples=["weighted"]
    )


class FileRules(Schema):
    """Which files may go with it."""

    most: int = Field(examples=[4])
    largest: int = Field(description="In bytes; 0 where the network sets no limit.", examples=[5242880])
    types: list[str] = Field(
        description="Content types or how they begin; empty for any.", examples=[["image/"]]
    )
    with_text: bool = Field(description="Whether text may stand beside a file.")


class Offer(Schema):
    """Whether one thing can be done now, until when, within what; or why not."""

    is_possible: bool
    reason: str = Field(description="Why not, for a person; empty when it is possible.", examples=[""])
    until: Moment | None = Field(description="When it will no longer be possible.", examples=[None])
    limits: list[Limit]
    files: FileRules | None = Field(description="null where no files may go.", examples=[None])
    must_be_by_person: bool = Field(description="Only words that a person wrote may go this way now.")
    only_templates: bool = Field(description="Only approved templates may go this way now.")
    opening: str = Field(description="What the text will begin with; it counts.", examples=["@annberg "])
    warning: str = Field(examples=[""])
    link_warning: str = Field(description="What to know before sending a link.", examples=[""])


class MessageAbilities(Schema):
    """What can be done with one message now."""

    publicly: Offer = Field(description="Answering in public.")
    privately: Offer = Field(description="Answering in private; of a public message: taking it to private.")
    like: Offer
    hide: Offer
    delete: Offer
    emoji: list[str] = Field(
        description="What the network takes as a like, the usual one first.", examples=[["❤"]]
    )


class Place(Offer):
    """Where a conversation can be answered, and what is possible there."""

    visibility: VisibilityName
    is_in_place: bool = Field(description="Whether its customer wrote there last.")
    to: str = Field(description="Who would be answered.", examples=["Ann Berg"])
    takes_templates: bool


class PlaceList(Page):
    """The places of a conversation, the one in place first."""

    items: list[Place]


class Template(Schema):
    """A message that the network has approved."""

    name: str = Field(examples=["parcel_sent"])
    language: str = Field(examples=["en"])
    body: str = Field(examples=["Hello {{1}}, it left."])
    gaps: list[str] = Field(examples=[["1"]])
    header: str = Field(examples=[""])
    footer: str = Field(examples=[""])
    category: str = Field(examples=["UTILITY"])
    has_unfillable: bool = Field(description="Whether it needs what can't be filled from here.")


class TemplateList(Page):
    """The templates for a conversation, its customer's language first."""

    items: list[Template]


class TemplateWanted(Wanted):
    """A template to send, with what goes into its gaps."""

    name: Text = Field(max_length=512, examples=["parcel_sent"])
    language: Text = Field(max_length=16, examples=["en"])
    values: dict[str, Text] = Field({}, description="By the names of the gaps.", examples=[{"1": "Ann"}])


class DeedWanted(Wanted):
    """Something to do to a message without words."""

    kind: DeedName = Field(examples=["hide"])
    emoji: Text = Field("", max_length=64, description="For a like; empty for the usual one.", examples=[""])
    reason: ReasonName = Field("", description="Needed to hide or delete.", examples=["spam"])
    words: Text = Field("", max_length=500, description="Needed with the reason `other`.", examples=[""])


class Deed(Schema):
    """Something done to a message without words."""

    id: int
    message_id: int
    kind: DeedName = Field(examples=["hide"])
    emoji: str = Field(examples=[""])
    reason: str = Field(examples=["spam"])
    words: str = Field(examples=[""])
    state: Literal["waiting", "doing", "done", "refused"] = Field(examples=["waiting"])
    trouble: str = Field(examples=[""])
    member_id: int | None
    asked_at: Moment
    ended_at: Moment | None = Field(examples=[None])


class DeedList(Page):
    """What was done to a message, oldest first."""

    items: list[Deed]
