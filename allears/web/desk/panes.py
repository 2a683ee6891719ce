"""How a person has laid out their desk: kept in a cookie, so that the page comes laid out already."""

from dataclasses import dataclass

from django.http import HttpRequest

COOKIE = "desk"
WIDTHS = range(300, 481, 20)


@dataclass(frozen=True, slots=True)
class Panes:
    """Widths and states of the zones."""

    queue: int = 360
    context: str = "open"
    density: str = "comfortable"


AT_FIRST = Panes()


def panes_of(request: HttpRequest) -> Panes:
    """Read the layout from the cookie ("queue=360&context=closed"); what makes no sense is as it was at first."""
    given = dict(part.split("=", 1) for part in request.COOKIES.get(COOKIE, "").split("&") if "=" in part)
    width = given.get("queue", "")
    return Panes(
        queue=int(width) if width.isdecimal() and int(width) in WIDTHS else AT_FIRST.queue,
        context="closed" if given.get("context") == "closed" else AT_FIRST.context,
        density="compact" if given.get("density") == "compact" else AT_FIRST.density,
    )
