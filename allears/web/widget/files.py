"""Files of a chat: taken in before their line, and handed out to whoever may read the line."""

import asyncio
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from allears.foundation.files import path_of_file
from allears.pipeline.channels.queries import OpenChannel
from allears.public.chat.actions.files import LARGEST_FILE, keep_visitor_file
from allears.public.chat.errors import FileIsTooLarge
from allears.public.chat.queries.lines import ShownFile, file_for, shown_upload
from allears.public.chat.queries.visitors import Visitor
from allears.web.threads import with_connections
from allears.web.widget.doors import problem, visitor_of
from allears.web.widget.drawing import draw_file
from allears.web.widget.limits import FILES_OF_VISITOR, Buckets

SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}
MOST_AT_ONCE = 8


class FilesDoor:
    """The endpoints /chat/<key>/files."""

    def __init__(self, buckets: Buckets) -> None:
        self._buckets = buckets
        # Whole files lie in memory while they are taken in.
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)

    async def send(self, request: Request, channel: OpenChannel) -> Response:
        """Keep a file; the answer's id goes into a line."""
        visitor = await visitor_of(request, channel)
        self._buckets.take(FILES_OF_VISITOR, visitor.id)
        name = request.query_params.get("name", "")
        async with self._turns:
            data = await _read(request)
            file = await run_in_threadpool(with_connections, _keep, visitor, name, data)
        return JSONResponse(draw_file(file), 201)

    async def fetch(self, request: Request, channel: OpenChannel) -> Response:
        """Hand out a file to its visitor, for saving; only pictures are called what they are."""
        visitor = await visitor_of(request, channel)
        file = await run_in_threadpool(with_connections, file_for, visitor, request.path_params["id"])
        path = path_of_file(file.digest) if file else Path()
        if file is None or not await run_in_threadpool(path.is_file):
            return problem(404, "There is no such file.")
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
            "content-security-policy": "default-src 'none'; sandbox",
            "x-content-type-options": "nosniff",
            "cache-control": "private, max-age=86400",
        }
        kind = file.content_type if file.content_type in SHOWN else "application/octet-stream"
        return FileResponse(path, headers=headers, media_type=kind)


async def _read(request: Request) -> bytes:
    """Read a file's bytes. Raise FileIsTooLarge, without reading all of it."""
    if int(request.headers.get("content-length") or 0) > LARGEST_FILE:
        raise FileIsTooLarge
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > LARGEST_FILE:
            raise FileIsTooLarge
    return bytes(data)


def _keep(visitor: Visitor, name: str, data: bytes) -> ShownFile:
    return shown_upload(keep_visitor_file(visitor, name, data))
