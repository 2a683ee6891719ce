"""Who may be the same person, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from allears.pipeline.conversations.queries.likeness import Likeness
from allears.pipeline.people.queries import Identity


@dataclass(frozen=True, slots=True)
class DrawnLikeness:
    """Another customer, what they are known as, and the reasons in sentences."""

    PERSONAL_NAMES = ("name", "reasons")

    id: int
    name: str
    identities: list[Identity]
    reasons: list[str]


def draw_likenesses(found: list[Likeness]) -> list[DrawnLikeness]:
    """Turn suggestions into what a page shows."""
    return [
        DrawnLikeness(
            id=one.customer.id,
            name=one.customer.name,
            identities=one.identities,
            reasons=list(dict.fromkeys(_(hint.reason) % hint.reason_facts for hint in one.hints)),
        )
        for one in found
    ]
