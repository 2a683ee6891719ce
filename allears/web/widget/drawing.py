"""What the widget reads: lines, files and configuration as JSON."""

from dataclasses import asdict
from typing import Any

from django.conf import settings

from allears.public.chat.actions.files import LARGEST_FILE
from allears.public.chat.queries.lines import Lines, ShownFile, ShownLine
from allears.public.chat.queries.offers import Offer
from allears.public.chat.queries.visitors import Visitor
from allears.web.widget.script import widget_script


def draw_line(line: ShownLine, us: str = "") -> dict[str, Any]:
    """Draw one line; ours is told only once it was sent."""
    drawn: dict[str, Any] = {
        "id": str(line.id),
        "is_ours": line.is_ours,
        "from": {"name": line.author or us},
        "text": line.text,
        "at": line.at.isoformat(),
        "files": [draw_file(file) for file in line.files],
        "state": "sent",
    }
    return {**drawn, "client_id": line.client_id} if line.client_id else drawn


def draw_lines(found: Lines) -> dict[str, Any]:
    """Draw lines, oldest first, with the cursor of those before them."""
    return {"messages": [draw_line(line) for line in found.lines], "earlier": found.earlier}


def draw_file(file: ShownFile) -> dict[str, Any]:
    """Draw a file; its address is below the channel's own."""
    return {
        "id": file.id,
        "name": file.name,
        "size": file.size,
        "content_type": file.content_type,
        "url": f"files/{file.id}",
    }


def draw_visitor(visitor: Visitor) -> dict[str, Any]:
    """Draw what a visitor is told of themselves."""
    return {"name": visitor.name, "email": visitor.email, "is_known": bool(visitor.user_id)}


def draw_offer(offer: Offer, language: str) -> dict[str, Any]:
    """Draw a chat's introduction."""
    is_asked = offer.ask != "never"
    return {
        "brand": {
            "name": offer.brand.name,
            "colour": offer.brand.colour,
            "colour_text": offer.brand.colour_text,
            "greeting": offer.greeting,
        },
        "language": language,
        "languages": [code for code, _ in settings.LANGUAGES],
        "ask": {"name": is_asked, "email": is_asked, "before": offer.ask == "before"},
        "hours": draw_hours(offer),
        "answer_time": asdict(offer.answer_time),
        "agents_here": offer.has_members_here,
        "may_attach": True,
        "largest_file": LARGEST_FILE,
        "texts_version": widget_script().version,
    }


def draw_hours(offer: Offer) -> dict[str, Any]:
    """Draw whether the brand is open, and when it opens again."""
    return {"is_open": offer.is_open, "opens_at": offer.opens_at.isoformat() if offer.opens_at else None}
