"""What a language model wrote: summaries, drafts, translations."""

from typing import Literal

from ninja import Field, Schema

from allears.web.api.shapes.basics import Id, Moment, Page, Wanted

UseName = Literal["summary", "draft", "translation"]


class SuggestionWanted(Wanted):
    """What to ask the language model for."""

    use: UseName = Field(examples=["summary"])
    message_id: Id | None = Field(
        None, description="For a translation: which message of the conversation.", examples=[None]
    )
    again: bool = Field(False, description="Ask once more, although it was written since the newest message.")


class Suggestion(Schema):
    """Something a language model was asked for. Its text is a machine's: a person reads it before it is used."""

    id: int
    conversation_id: int
    message_id: int | None = Field(description="The message that is translated.", examples=[None])
    use: UseName = Field(examples=["summary"])
    language: str = Field(description="What it is written in.", examples=["en"])
    state: Literal["waiting", "writing", "done", "failed"] = Field(examples=["done"])
    is_machine_made: bool = Field(description="Always true: say so wherever you show it.", examples=[True])
    text: str = Field(
        description="Empty until it is done.", examples=["The parcel is late; she wants a date."]
    )
    is_cut: bool = Field(description="It became too long and was cut off.", examples=[False])
    trouble: str = Field(description="Why it failed, for a person.", examples=[""])
    model: str = Field(examples=["small-1"])
    tokens_in: int = Field(examples=[412])
    tokens_out: int = Field(examples=[58])
    micro_dollars: int = Field(description="What it cost, in millionths of a US dollar.", examples=[96])
    asked_by_id: int | None
    asked_at: Moment
    ended_at: Moment | None


class SuggestionList(Page):
    """The newest suggestions of a conversation, newest first."""

    items: list[Suggestion]
