"""Tell the stories in a workspace: step by step, in the order of time, each at its own moment."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from allears.cast.acting import act, piece_of
from allears.cast.company import OPENED_BEFORE, Company, found_company, staff_company
from allears.cast.furniture import furnish
from allears.cast.people import PASSWORD, Colleague
from allears.cast.scripts import read_stories
from allears.cast.steps import Step, Story, moments_of
from allears.connectors.errors import Disconnected
from allears.connectors.interface import Piece
from allears.flow import file_told
from allears.foundation.clock import now, stopped_clock, told_clock
from allears.foundation.workspaces.models import Member, Workspace
from allears.pipeline.channels.actions import note_trouble
from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.models import Conversation, Message
from allears.pipeline.intake.storing import Submission

TODAY = ("today",)
STORIES = read_stories(
    *TODAY, "heard", "lost", "money", "crossings", "cafe", "groups", "square", "odd", "neighbours"
)
STEPS_IN_ONE = 8
Told = Callable[[int, int], None]


@dataclass(slots=True)
class Cast:
    """The world that was made: the company, and where each story is told."""

    company: Company
    told: dict[str, int] = field(default_factory=dict)

    @property
    def workspace(self) -> Workspace:
        return self.company.workspace

    def member(self, colleague: Colleague) -> Member:
        """Return a colleague as a member."""
        return self.company.members[colleague.key]

    def conversation(self, key: str) -> Conversation:
        """Return the conversation of a story."""
        return Message.objects.select_related("conversation").get(id=self.told[key]).conversation


def make_cast(at: datetime | None = None, stories: Sequence[Story] = STORIES) -> Cast:
    """Make the company in a workspace of its own, all of it able to sign in, and tell the stories."""
    at = at or now()
    with stopped_clock(at - OPENED_BEFORE):
        company = staff_company(found_company(PASSWORD), at, PASSWORD)
        furnish(company)
    return tell_stories(company, stories)


def tell_stories(company: Company, stories: Sequence[Story], told: Told | None = None) -> Cast:
    """Let the stories happen, the last of them moments before the company's now.

    `told` is called after every few steps with how many were told, of how many.
    """
    cast = Cast(company)
    steps = _in_order(company, stories)
    for start in range(0, len(steps), STEPS_IN_ONE):
        with transaction.atomic():
            for moment, step, story in steps[start : start + STEPS_IN_ONE]:
                with told_clock(moment):
                    _take(step, story, cast)
        if told:
            told(min(start + STEPS_IN_ONE, len(steps)), len(steps))
    _let_things_go_wrong(company)
    return cast


def _in_order(company: Company, stories: Sequence[Story]) -> list[tuple[datetime, Step, Story]]:
    return sorted(_moments(company, stories), key=lambda one: one[0])


def _moments(company: Company, stories: Sequence[Story]) -> Iterator[tuple[datetime, Step, Story]]:
    for story in stories:
        for moment, step in zip(moments_of(story, company.at, company.zone), story.steps, strict=True):
            yield moment, step, story


def _take(step: Step, story: Story, cast: Cast) -> None:
    """Let one step happen, now."""
    company = cast.company
    conversation = cast.conversation(story.key) if story.key in cast.told else None
    if step.by is None:
        channel = company.channels[story.via]
        _file(piece_of(step, story, company, conversation), channel)
        if conversation is None:
            cast.told[story.key] = Message.objects.filter(channel=channel).latest("id").id
        return
    assert conversation
    act(step, company.members[step.by.key], conversation)


def _file(piece: Piece, channel: Channel) -> None:
    file_told(Submission(channel.workspace_id, channel.id, [piece], now()))


def _let_things_go_wrong(company: Company) -> None:
    """Lose a mailbox's password, and receive what nobody can read: a desk is not always well."""
    with told_clock(company.at - timedelta(hours=41)):
        note_trouble(company.channels["groups"], Disconnected())
    with told_clock(company.at - timedelta(hours=9)):
        body = b'{"id": "kiosk-4471", "author": "Kiosk 3, Saltholm", "text": "Paper jam again"}'
        _file(Piece(body=body), company.channels["app"])
