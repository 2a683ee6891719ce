"""Let someone post where anybody can read it, as a server of the fediverse delivers what it hears.

How a step is told: "" names us; "found" holds our words without naming us; "direct" is for our eyes only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from allears.cast.people import BRAND, Person
from allears.cast.steps import Step, Story
from allears.connectors.interface import Piece
from allears.connectors.json_values import Json
from allears.connectors.mastodon.reading import FOUND, STATUS, piece_of_status
from allears.foundation.clock import now
from allears.pipeline.conversations.models import Message

SERVER = "harbour.example"
US = {"account_id": "109000000000000001", "handle": f"@ternline@{SERVER}"}


@dataclass(frozen=True, slots=True)
class Above:
    """A post that others stand under; `by` is nobody when it is ours."""

    by: Person | None
    ago: timedelta
    text: str
    likes: int
    shares: int


POSTS = {
    "storm-notice": Above(
        None,
        timedelta(hours=5),
        "Wind 19 m/s from noon. The 14:30 and the 15:10 stay at the quay today; the 17:20 is decided at four. "
        "Your ticket holds for any boat this week, you need not do anything.",
        212,
        148,
    ),
    "augusta-home": Above(
        None,
        timedelta(days=2),
        "She is home. The Augusta is back from the dock with a new funnel and her old temper, "
        "and sails again on Saturday at 14:30.",
        684,
        97,
    ),
    "picnic": Above(
        Person("Runa Vestby", "runa.vestby@inbox.example"),
        timedelta(hours=9),
        "Lamp Island on Saturday, bring blankets and something that is not hummus. Who is in?",
        9,
        0,
    ),
}


def post_piece(step: Step, story: Story, at: datetime, earlier: Message | None) -> Piece:
    """Write what somebody posts; `earlier` is what they wrote before, `at` the company's now."""
    above = POSTS.get(story.below) if earlier is None else None
    status = _status(f"{story.id_of(story.number_of(step))}", story.by, step.text, now())
    is_direct = step.how == "direct" or bool(earlier and earlier.visibility == "private")
    status["visibility"] = "direct" if is_direct else "public"
    if step.how != "found":
        status["mentions"] = [{"id": US["account_id"], "acct": "ternline"}]
    if earlier:
        status |= {"in_reply_to_id": earlier.external_id, "in_reply_to_account_id": US["account_id"]}
        return piece_of_status(status)
    if above is None:
        return piece_of_status(status, heard=FOUND if step.how == "found" else STATUS)
    parent = _status_above(story.below, above, at)
    owner = parent["account"]
    assert isinstance(owner, dict)
    status |= {"in_reply_to_id": parent["id"], "in_reply_to_account_id": owner["id"]}
    return piece_of_status(status, [parent], heard=FOUND if step.how == "found" else STATUS)


def _status_above(key: str, above: Above, at: datetime) -> Json:
    by = above.by or Person(BRAND, f"ternline@{SERVER}")
    status = _status(f"post-{key}", by, above.text, at - above.ago)
    if above.by is None:
        status["account"] = {"id": US["account_id"], "acct": "ternline", "display_name": BRAND}
    return {**status, "favourites_count": above.likes, "reblogs_count": above.shares}


def _status(id_: str, by: Person, text: str, at: datetime) -> Json:
    name = by.handle.removeprefix("@")
    return {
        "id": id_,
        "created_at": at.isoformat(),
        "url": f"https://{SERVER}/@{name}/{id_}",
        "content": "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n")),
        "visibility": "public",
        "account": {"id": by.email, "username": name, "acct": name, "display_name": by.name},
    }
