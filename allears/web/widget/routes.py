"""Every native address of the chat."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allears.pipeline.intake.writer import IntakeWriter
from allears.web.widget.doors import Doors
from allears.web.widget.files import FilesDoor
from allears.web.widget.hub import VisitorHub
from allears.web.widget.limits import Buckets
from allears.web.widget.script import widget_script
from allears.web.widget.streams import LiveDoor
from allears.web.widget.visiting import Visiting


def chat_routes(writer: IntakeWriter, hub: VisitorHub, wake: Callable[[], None] | None = None) -> list[Route]:
    """List the routes of the chat; what is not among them (the full-screen page) is Django's."""
    doors, buckets = Doors(), Buckets()
    visiting, files, live = Visiting(writer, buckets, wake), FilesDoor(buckets), LiveDoor(hub)
    asked = {"config": visiting.config, "messages": visiting.messages, "live": live.stream}
    asked["files/{id}"] = files.fetch
    told = {
        "hello": visiting.hello,
        "lines": visiting.write,
        "files": files.send,
        "typing": visiting.typing,
        "seen": visiting.seen,
        "details": visiting.details,
        "transcript": visiting.transcript,
        "bye": visiting.bye,
    }
    routes = [Route("/chat/widget.js", show_script, methods=["GET"])]
    for answers, method in ((asked, "GET"), (told, "POST")):
        for name, answer in answers.items():
            routes.append(Route(f"/chat/{{key}}/{name}", doors.opened(answer), methods=[method, "OPTIONS"]))
    return routes


async def show_script(request: Request) -> Response:
    """Hand out the widget's script: to any site, compressed, unchanged for an hour."""
    script = widget_script()
    headers = {
        "etag": f'"{script.version}"',
        "cache-control": "public, max-age=3600",
        "vary": "Accept-Encoding",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
    }
    if script.version in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = script.plain
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["content-encoding"] = script.zipped, "gzip"
    return Response(body, headers=headers, media_type="text/javascript; charset=utf-8")
