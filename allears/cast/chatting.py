"""Let someone write in the chat of the company's web site, as its widget would take it in."""

from allears.cast.steps import Step, Story
from allears.connectors.interface import Piece
from allears.foundation.clock import now
from allears.pipeline.channels.models import Channel
from allears.public.chat.actions.writing import Written, prepare_line
from allears.public.chat.models import Visitor

SITE = "https://www.ternline.example"
_ZONES = {"en": "Europe/Oslo", "ru": "Europe/Moscow", "vi": "Asia/Ho_Chi_Minh"}


def chat_piece(step: Step, story: Story, channel: Channel, language: str) -> Piece:
    """Write a line of a visitor; the first one may say from which page: "page /path · Title"."""
    name = visitor_of(story, channel)
    visitor, _is_new = Visitor.objects.get_or_create(
        channel=channel,
        public_id=name,
        defaults={
            "workspace_id": channel.workspace_id,
            "thread": name,
            "name": story.by.name,
            "email": story.by.email,
            "language": language,
            "time_zone": _ZONES[language],
            "first_seen_at": now(),
            "last_seen_at": now(),
        },
    )
    path, _, title = step.how.removeprefix("page ").partition(" · ")
    page = {"url": f"{SITE}{path}", "title": title} if title else {}
    id_ = f"line-{story.id_of(story.number_of(step))}"
    return prepare_line(visitor, Written(id=id_, text=step.text, page=page), now())


def visitor_of(story: Story, channel: Channel) -> str:
    """Name the visitor of a story; no two workspaces have the same."""
    return f"{(story.below or story.key)[:20]}-{channel.id}"
