"""What a chat offers to whoever opens it: whose it is, whether somebody is there, how soon an answer comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from time import monotonic

from allears.foundation.business_time import Hours
from allears.foundation.clock import now
from allears.foundation.workspaces.models import Brand, Role, SignIn
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import brand_of_channel
from allears.pipeline.conversations.models import Conversation

LOOK_BACK = timedelta(days=30)
FEWEST_ANSWERS = 5
MOST_ANSWERS = 1000
COUNTED_FOR = 300.0
SEEN_WITHIN = timedelta(minutes=10)
_counted: dict[int, tuple[float, "AnswerTime"]] = {}


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """The median of a channel's first answers, in seconds of business time; None when there are too few."""

    median_seconds: int | None
    sample: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A chat as it introduces itself. `opens_at` is the next opening while it is closed."""

    brand: Brand
    greeting: str
    ask: str
    is_open: bool
    opens_at: datetime | None
    answer_time: AnswerTime
    has_members_here: bool


def offer_of(channel_id: int) -> Offer:
    """Return what a channel's chat offers just now."""
    channel = Channel.objects.select_related("brand").get(id=channel_id)
    brand = brand_of_channel(channel)
    hours, at = brand.opening_hours(), now()
    is_open = hours.is_open(at)
    return Offer(
        brand=brand,
        greeting=channel.settings.get("greeting", ""),
        ask=channel.settings.get("ask", "") or "closed",
        is_open=is_open,
        opens_at=None if is_open else hours.next_opening(at),
        answer_time=answer_time_of(channel_id, hours),
        has_members_here=are_members_here(channel.workspace_id),
    )


def are_members_here(workspace_id: int) -> bool:
    """Say whether somebody who may answer was at the desk in the last minutes."""
    here = SignIn.objects.filter(ended_at=None, seen_at__gte=now() - SEEN_WITHIN)
    theirs = here.filter(account__members__workspace=workspace_id, account__members__is_active=True)
    return theirs.exclude(account__members__role=Role.OBSERVER).exists()


def answer_time_of(channel_id: int, hours: Hours) -> AnswerTime:
    """Measure how soon first answers came in the last thirty days; counted anew every few minutes."""
    known = _counted.get(channel_id)
    if known and known[0] > monotonic():
        return known[1]
    _counted[channel_id] = (monotonic() + COUNTED_FOR, _measure(channel_id, hours))
    return _counted[channel_id][1]


def forget_answer_times() -> None:
    """Forget what was counted, so that a change is seen at once."""
    _counted.clear()


def _measure(channel_id: int, hours: Hours) -> AnswerTime:
    answered = Conversation.objects.filter(
        channel=channel_id, opened_at__gte=now() - LOOK_BACK, first_answered_at__isnull=False
    )
    rows = answered.order_by("-id").values_list("opened_at", "first_answered_at")[:MOST_ANSWERS]
    waited = [hours.business_seconds_between(opened, at) for opened, at in rows if at]
    if len(waited) < FEWEST_ANSWERS:
        return AnswerTime(None, len(waited))
    return AnswerTime(round(median(waited)), len(waited))
