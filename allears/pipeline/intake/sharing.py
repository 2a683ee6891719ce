"""Share out what came to one door: some networks deliver for many accounts at one address."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime

from allears.connectors.interface import Piece
from allears.pipeline.channels.queries import OpenChannel
from allears.pipeline.intake.reading import ELSEWHERE
from allears.pipeline.intake.storing import Submission

Places = list[int]


def share_out(
    channel: OpenChannel, pieces: Sequence[Piece], received_at: datetime
) -> list[tuple[Places, Submission]]:
    """Part pieces by the channel that each is for; with each submission, where its pieces stood.

    What names no account is this channel's own, and so is everything while its own account is not known.
    """
    parts: dict[tuple[int, str], Places] = {}
    for place, piece in enumerate(pieces):
        parts.setdefault(_whose(channel, piece), []).append(place)
    return [
        (
            places,
            Submission(channel.workspace_id, id_, [pieces[place] for place in places], received_at, reader),
        )
        for (id_, reader), places in (parts or {(channel.id, ""): []}).items()
    ]


def _whose(channel: OpenChannel, piece: Piece) -> tuple[int, str]:
    if not (piece.account and channel.account_id) or piece.account == channel.account_id:
        return channel.id, ""
    sibling = channel.siblings.get(piece.account)
    return (sibling, "") if sibling else (channel.id, ELSEWHERE)


def together(parts: "Sequence[tuple[Places, Future[list[int]]]]") -> "Future[list[int]]":
    """Make one future of several: the envelope ids of all, in the order in which the pieces stood."""
    if len(parts) == 1:
        return parts[0][1]
    whole: Future[list[int]] = Future()
    waiting = {id(future) for _places, future in parts}

    def end(part: "Future[list[int]]") -> None:
        waiting.discard(id(part))
        if not waiting and not whole.done():
            _end_whole(whole, parts)

    for _places, future in parts:
        future.add_done_callback(end)
    return whole


def _end_whole(whole: "Future[list[int]]", parts: "Sequence[tuple[Places, Future[list[int]]]]") -> None:
    error = next((found for _places, future in parts if (found := future.exception())), None)
    if error:
        whole.set_exception(error)
        return
    ids = {place: id_ for places, future in parts for place, id_ in zip(places, future.result(), strict=True)}
    whole.set_result([ids[place] for place in sorted(ids)])
