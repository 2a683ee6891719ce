"""Let things go on: lines that arrive while somebody watches, and customers who react to answers."""

from datetime import timedelta
from random import Random

from django.db import transaction

from allears.cast.acting import piece_of
from allears.cast.arriving import language_of, mail_id_of
from allears.cast.company import CHANNELS, Company
from allears.cast.people import Person
from allears.cast.reacting import reaction_to
from allears.cast.reserve import line_after
from allears.cast.steps import Step, Story
from allears.demo.models import SampleSet, SampleState, SampleThing
from allears.foundation.clock import now
from allears.foundation.work.actions import put_job
from allears.foundation.workspaces.models import Workspace
from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.models import Conversation, Direction, Message
from allears.pipeline.intake.storing import Submission, store_submissions
from allears.pipeline.replies.models import Dispatch

LIVE_FOR = timedelta(hours=1)
QUICKEST, SLOWEST = 20, 60
# Of so many answered customers one says nothing more.
SILENT = 6


def start_lines(workspace_id: int) -> None:
    """Let lines arrive for the next hour, in the present transaction, from where they stopped."""
    sample = SampleSet.objects.get(workspace=workspace_id)
    SampleSet.objects.filter(id=sample.id).update(live_until=now() + LIVE_FOR)
    _put_next(workspace_id, sample.next_line, seconds=5)


def bring_sample_line(workspace_id: int, position: int) -> None:
    """Let one line arrive, and the next a little later; nothing when it is over or was done before."""
    mine = SampleSet.objects.filter(
        workspace=workspace_id, state=SampleState.READY, is_live=True, next_line=position
    )
    if not mine.filter(live_until__gt=now()).exists():
        mine.update(is_live=False)
        return
    step, story = line_after(position)
    _say(_company_in(workspace_id), step, story)
    with transaction.atomic():
        if mine.update(next_line=position + 1):
            pause = Random(position).randint(QUICKEST, SLOWEST)  # noqa: S311 - only to look alive
            _put_next(workspace_id, position + 1, seconds=pause)


def _put_next(workspace_id: int, position: int, seconds: int) -> None:
    put_job(
        "bring_sample_line",
        key=f"samples:{workspace_id}:line:{position}:{now():%H%M%S}",
        due_at=now() + timedelta(seconds=seconds),
        workspace_id=workspace_id,
        position=position,
    )


def answer_as_customer(dispatch_id: int) -> None:
    """Let the customer of a sample conversation say something back to a person's answer."""
    dispatch = Dispatch.objects.filter(id=dispatch_id, channel__is_sample=True).select_related(
        "channel", "conversation", "message__identity", "message__thread", "member"
    )
    found = dispatch.first()
    if found is None or found.message is None or found.message.identity is None or _is_by_cast(found):
        return
    if found.conversation.last_message_id != found.message.id or found.id % SILENT == 0:
        return
    said = _newest_words(found.conversation)
    words = reaction_to(found.message.text, language_of(said), found.id)
    step = Step("0", None, "says", text=words)
    _say(_company_in(found.workspace_id), step, _story_of(found, step), found.conversation)


def _is_by_cast(dispatch: Dispatch) -> bool:
    things = SampleThing.objects.filter(workspace=dispatch.workspace_id, kind="workspaces.member")
    return things.filter(row_id=dispatch.member_id or 0).exists()


def _newest_words(conversation: Conversation) -> str:
    said = Message.objects.filter(conversation=conversation, direction=Direction.IN).order_by("-id").first()
    return said.text if said else ""


def _story_of(dispatch: Dispatch, step: Step) -> Story:
    """Go on with the story that was answered, whoever began it."""
    message, channel = dispatch.message, dispatch.channel
    assert message and message.identity
    identity, begun_as = message.identity, message.thread.external_id
    return Story(
        key=f"reaction-{dispatch.id}",
        by=Person(identity.name, identity.external_id),
        via=next(key for key, one in _channels_in(dispatch.workspace_id).items() if one.id == channel.id),
        steps=(step,),
        subject=dispatch.conversation.subject,
        below=begun_as.removesuffix(f"-{channel.id}") if channel.kind == "chat" else begun_as,
    )


def _say(company: Company, step: Step, story: Story, conversation: Conversation | None = None) -> None:
    """Let a customer write now, by the door that their network uses."""
    channel = company.channels[story.via]
    if channel.kind == "email" and conversation is None:
        begun = Message.objects.filter(channel=channel, external_id=mail_id_of(story, 1))
        first = begun.select_related("conversation").first()
        conversation = first.conversation if first else None
    piece = piece_of(step, story, company, conversation)
    store_submissions([Submission(channel.workspace_id, channel.id, [piece], now())])


def _company_in(workspace_id: int) -> Company:
    return Company(Workspace.objects.get(id=workspace_id), now(), channels=_channels_in(workspace_id))


def _channels_in(workspace_id: int) -> dict[str, Channel]:
    """Return the sample channels by their keys: they were made in the order in which those stand."""
    mine = Channel.objects.filter(workspace=workspace_id, is_sample=True).order_by("id")
    return dict(zip(CHANNELS, mine, strict=False))
