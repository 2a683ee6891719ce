"""The people."""

from ninja import Field, Schema

from allears.web.api.shapes.basics import Moment, Page


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
