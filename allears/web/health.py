"""What a supervisor asks: /healthz (the process lives) and /readyz (it can take in and show)."""

from django.db import DatabaseError, connections
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from allears.pipeline.intake.queries import count_waiting


async def healthz(_request: Request) -> Response:
    """Say that the process answers."""
    return PlainTextResponse("ok")


async def readyz(_request: Request) -> Response:
    """Say whether every database answers, and how many envelopes wait."""
    try:
        waiting = await run_in_threadpool(_ask)
    except (DatabaseError, OSError):
        await run_in_threadpool(connections.close_all)
        return JSONResponse({"ready": False, "detail": "A database does not answer."}, 503)
    return JSONResponse({"ready": True, "waiting": waiting})


def _ask() -> int:
    for connection in connections.all():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    return count_waiting()
