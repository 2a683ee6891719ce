"""The people."""

from ninja import Field, Schema

from allears.web.api.shapes.basics import Id, Moment, Page, Text, Wanted


class Identity(Schema):
    """A customer on one network."""

    id: int
    network: str = Field(examples=["email"])
    external_id: str = Field(description="What the network calls them.", examples=["anna@example.com"])
    name: str = Field(examples=["Anna Berg"])
    handle: str
    address: str = Field(examples=["anna@example.com"])
    language: str = Field(examples=["de"])
    time_zone: str = Field(examples=["Europe/Berlin"])


class Customer(Schema):
    """A person. What they wrote: `GET /conversations?customer=ID`."""

    id: int
    name: str = Field(examples=["Anna Berg"])
    first_seen_at: Moment
    identities: list[Identity] = Field(description="Where they write from.")


class CustomerPage(Page):
    """One page of customers."""

    items: list[Customer]


class CustomerChange(Wanted):
    """What is to be different."""

    name: Text = Field(min_length=1, max_length=200, examples=["Anna Berg"])


class CustomerNote(Schema):
    """A note about a person: members read it, customers never."""

    id: int
    customer_id: int
    member_id: int | None
    member_name: str = Field(examples=["Ada"])
    text: str = Field(examples=["Prefers letters."])
    written_at: Moment
    changed_at: Moment | None


class CustomerNotePage(Page):
    """The notes about a customer, the newest first."""

    items: list[CustomerNote]


class CustomerNoteWanted(Wanted):
    """What is to be remembered of a person."""

    text: Text = Field(max_length=10_000, examples=["Prefers letters."])


class MergeWanted(Wanted):
    """Who else is this person."""

    absorbed_id: Id = Field(description="The customer who is the same person, and is no more after that.")


class Merge(Schema):
    """Two customers made one. It can be undone."""

    id: int
    survivor_id: int
    absorbed_id: int
