"""Small pieces that other shapes are made of."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import AfterValidator, ConfigDict


def _without_nul(text: str) -> str:
    return text.replace("\x00", "")


Text = Annotated[str, AfterValidator(_without_nul)]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
StatusName = Literal["new", "open", "pending", "on_hold", "solved", "closed"]
PriorityName = Literal["urgent", "high", "normal", "low"]
VisibilityName = Literal["public", "private"]
PRIORITIES: tuple[PriorityName, ...] = ("urgent", "high", "normal", "low")


class Wanted(Schema):
    """A body that is sent to us: a name we do not know is a mistake worth telling."""

    model_config = ConfigDict(extra="forbid")


class Named(Schema):
    """A thing by its id and its name."""

    id: int = Field(examples=[3])
    name: str = Field(examples=["Billing"])


class Page(Schema):
    """One page of a list."""

    next_cursor: str | None = Field(
        description="Pass it as `cursor` to get the next page; null on the last one."
    )


class Problem(Schema):
    """What an error looks like (RFC 9457), whatever went wrong."""

    type: str = Field(
        description="Where this kind of problem is explained.", examples=["/api/docs#not-visible"]
    )
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(
        description="What happened and what to do, for a person, in the language of Accept-Language.",
        examples=["There is nothing here, or it belongs to someone else."],
    )
    code: str = Field(description="The lasting name of this kind of problem.", examples=["not-visible"])
    errors: list["FieldProblem"] | None = Field(
        None, description="Where single fields are to blame: which, and why."
    )


class FieldProblem(Schema):
    """What is wrong with one field."""

    field: str = Field(description="Where it stands.", examples=["body.status"])
    detail: str = Field(
        examples=["Input should be 'new', 'open', 'pending', 'on_hold', 'solved' or 'closed'"]
    )


Moment = Annotated[datetime, Field(examples=["2026-03-02T09:41:07.318000Z"])]
