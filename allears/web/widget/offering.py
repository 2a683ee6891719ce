"""What a chat offers, remembered for a few seconds: everyone who opens it asks the same."""

from time import monotonic

from allears.public.chat.queries.offers import Offer, offer_of
from allears.web.sse import encode_event
from allears.web.widget.drawing import draw_hours

KEPT_FOR = 5.0
_kept: dict[int, tuple[float, Offer]] = {}


def remembered_offer(channel_id: int) -> Offer:
    """Return a channel's offer, at most a few seconds old."""
    known = _kept.get(channel_id)
    if known is None or known[0] < monotonic():
        known = _kept[channel_id] = (monotonic() + KEPT_FOR, offer_of(channel_id))
    return known[1]


def hours_event(channel_id: int) -> bytes:
    """Write whether somebody is there as the event that open chats are told."""
    offer = remembered_offer(channel_id)
    return encode_event("hours", {**draw_hours(offer), "agents_here": offer.has_members_here})
