"""What a visitor does: says hello, writes, reads, says who they are."""

import asyncio
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from allears.flow import take_in
from allears.foundation.clock import now
from allears.foundation.events.queries import last_event_id_of
from allears.pipeline.channels.queries import OpenChannel
from allears.pipeline.intake.queries import received_at_of
from allears.pipeline.intake.writer import IntakeWriter
from allears.public.chat.actions.seeing import note_seen_until, tell_members
from allears.public.chat.actions.transcripts import send_transcript
from allears.public.chat.actions.visiting import Hello, Identity, forget_device, greet_visitor, set_details
from allears.public.chat.actions.writing import Written, prepare_line
from allears.public.chat.queries.lines import count_unread, lines_for
from allears.public.chat.queries.streaming import seen_until
from allears.public.chat.queries.visitors import Visitor, own_things, present_conversation
from allears.web.threads import with_connections
from allears.web.widget.doors import (
    NotReadable,
    address_of,
    language_of,
    object_in,
    problem,
    read_question,
    text_in,
    token_of,
    visitor_of,
)
from allears.web.widget.drawing import draw_lines, draw_offer, draw_visitor
from allears.web.widget.limits import (
    HELLOS_FROM_ADDRESS,
    LINES_FROM_ADDRESS,
    LINES_OF_VISITOR,
    NEW_FROM_ADDRESS,
    NEW_IN_CHANNEL,
    SIGNS_OF_VISITOR,
    TRANSCRIPTS_FROM_ADDRESS,
    TRANSCRIPTS_OF_VISITOR,
    Buckets,
)
from allears.web.widget.offering import remembered_offer


class Visiting:
    """The small questions of a widget, each answered at once."""

    def __init__(self, writer: IntakeWriter, buckets: Buckets, wake: Any = None) -> None:
        self._writer = writer
        self._buckets = buckets
        self._wake = wake or (lambda: None)

    async def config(self, request: Request, channel: OpenChannel) -> Response:
        """Introduce the chat: the same for everyone, so it may be kept for a minute."""
        offer = await run_in_threadpool(with_connections, remembered_offer, channel.id)
        headers = {"cache-control": "public, max-age=60"}
        return JSONResponse(draw_offer(offer, language_of(request)), headers=headers)

    async def hello(self, request: Request, channel: OpenChannel) -> Response:
        """Let a visitor in, new or known, with what they may read."""
        said = await read_question(request)
        self._buckets.take(HELLOS_FROM_ADDRESS, address_of(request))
        hello = _hello_in(said)
        if not hello.token:
            self._buckets.take(NEW_FROM_ADDRESS, address_of(request))
            self._buckets.take(NEW_IN_CHANNEL, channel.id)
        return JSONResponse(await run_in_threadpool(with_connections, _welcome, channel, hello))

    async def messages(self, request: Request, channel: OpenChannel) -> Response:
        """Return earlier lines."""
        visitor = await visitor_of(request, channel)
        before = request.query_params.get("before", "")
        return JSONResponse(await run_in_threadpool(with_connections, _read, visitor, before))

    async def write(self, request: Request, channel: OpenChannel) -> Response:
        """Take in a line: 202 once it is durable; the same id again is the same line."""
        visitor = await visitor_of(request, channel)
        self._buckets.take(LINES_OF_VISITOR, visitor.id)
        self._buckets.take(LINES_FROM_ADDRESS, address_of(request))
        if self._writer.is_full:
            return problem(503, "", retry_after=5)
        written = _line_in(await read_question(request))
        at = now()
        piece = await run_in_threadpool(with_connections, prepare_line, visitor, written, at)
        (envelope_id,) = await asyncio.wrap_future(take_in(channel, piece, at, self._writer))
        self._wake()
        received_at = await run_in_threadpool(with_connections, received_at_of, envelope_id)
        return JSONResponse({"id": written.id, "at": (received_at or at).isoformat()}, 202)

    async def typing(self, request: Request, channel: OpenChannel) -> Response:
        """Tell members that a visitor writes, or stopped."""
        visitor = await visitor_of(request, channel)
        self._buckets.take(SIGNS_OF_VISITOR, visitor.id)
        is_typing = bool((await read_question(request)).get("is_typing"))
        await run_in_threadpool(with_connections, _tell_typing, visitor, is_typing)
        return Response(status_code=204)

    async def seen(self, request: Request, channel: OpenChannel) -> Response:
        """Remember how far a visitor has read."""
        visitor = await visitor_of(request, channel)
        self._buckets.take(SIGNS_OF_VISITOR, visitor.id)
        until = text_in(await read_question(request), "until")
        if not until.isdecimal() or len(until) > 18:
            raise NotReadable
        await run_in_threadpool(with_connections, _note_seen, visitor, int(until))
        return Response(status_code=204)

    async def details(self, request: Request, channel: OpenChannel) -> Response:
        """Keep a visitor's name and e-mail address."""
        visitor = await visitor_of(request, channel)
        self._buckets.take(SIGNS_OF_VISITOR, visitor.id)
        said = await read_question(request)
        name, email = text_in(said, "name"), text_in(said, "email")
        await run_in_threadpool(with_connections, set_details, visitor, name, email)
        return JSONResponse({"visitor": draw_visitor(visitor)})

    async def transcript(self, request: Request, channel: OpenChannel) -> Response:
        """Send a visitor what was said, by mail."""
        visitor = await visitor_of(request, channel)
        email = text_in(await read_question(request), "email")
        self._buckets.take(TRANSCRIPTS_OF_VISITOR, visitor.id)
        self._buckets.take(TRANSCRIPTS_FROM_ADDRESS, address_of(request))
        await run_in_threadpool(with_connections, send_transcript, visitor, email)
        return Response(status_code=202)

    async def bye(self, request: Request, _channel: OpenChannel) -> Response:
        """Forget this device."""
        await run_in_threadpool(with_connections, forget_device, token_of(request))
        return Response(status_code=204)


def _hello_in(said: dict[str, Any]) -> Hello:
    identity = object_in(said, "identity")
    page = object_in(said, "page")
    known = None
    if identity:
        given = {name: text_in(identity, name) for name in ("id", "hash", "name", "email")}
        known = Identity(**given)
    return Hello(
        token=text_in(said, "token"),
        identity=known,
        page={name: text_in(page, name) for name in ("url", "title")},
        language=text_in(said, "language"),
        time_zone=text_in(said, "time_zone"),
    )


def _line_in(said: dict[str, Any]) -> Written:
    files = said.get("files") or []
    if not isinstance(files, list) or not all(isinstance(one, str) for one in files):
        raise NotReadable
    page = object_in(said, "page")
    return Written(
        id=text_in(said, "id"),
        text=text_in(said, "text"),
        files=files,
        page={name: text_in(page, name) for name in ("url", "title")} if page else {},
    )


def _welcome(channel: OpenChannel, hello: Hello) -> dict[str, Any]:
    # Read first, so that what happens meanwhile is told again by the stream and never missed.
    last_event_id = last_event_id_of(channel.workspace_id)
    visitor, token = greet_visitor(channel, hello)
    own = own_things(visitor)
    conversation = present_conversation(own)
    return {
        "token": token,
        "visitor": draw_visitor(visitor),
        **draw_lines(lines_for(own)),
        "unread": count_unread(own, visitor.seen_message_id),
        "seen_until": str(seen_until(conversation)),
        "last_event_id": str(last_event_id),
        "conversation": {"status": conversation.status} if conversation else None,
    }


def _read(visitor: Visitor, before: str) -> dict[str, Any]:
    return draw_lines(lines_for(own_things(visitor), before))


def _tell_typing(visitor: Visitor, is_typing: bool) -> None:
    tell_members(visitor.workspace_id, own_things(visitor).conversations, is_typing=is_typing)


def _note_seen(visitor: Visitor, until: int) -> None:
    note_seen_until(visitor, own_things(visitor), until)
