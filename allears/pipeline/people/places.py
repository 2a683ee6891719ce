"""Where people are known, and who was found there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where an author is known: a workspace's network, or one channel of it (`realm`)."""

    workspace_id: int
    network: str
    realm: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """An identity and its customer, as ids, and the name to show."""

    identity_id: int
    customer_id: int
    name: str
