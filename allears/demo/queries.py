"""Ask about sample data."""

from dataclasses import dataclass
from datetime import datetime

from allears.demo.models import SampleSet, SampleState, SampleThing
from allears.foundation.clock import now
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.models import Conversation, Direction, Message, Note


@dataclass(frozen=True, slots=True)
class Samples:
    """The sample data of a workspace as a page shows them; `added` is what people wrote there since."""

    is_ready: bool
    percent: int
    is_live: bool
    live_until: datetime | None
    conversations: int = 0
    added: int = 0


def samples_of(member: Member) -> Samples | None:
    """Return the sample data of the member's workspace, None if there are none."""
    sample = SampleSet.objects.filter(workspace=member.workspace_id).first()
    if sample is None:
        return None
    is_ready = sample.state == SampleState.READY
    is_live = is_ready and sample.is_live and sample.live_until is not None and sample.live_until > now()
    return Samples(
        is_ready=is_ready,
        percent=100 if is_ready else _percent(sample),
        is_live=is_live,
        live_until=sample.live_until if is_live else None,
        conversations=count_sample_conversations(member.workspace_id) if is_ready else 0,
        added=_count_added(member.workspace_id) if is_ready else 0,
    )


def _percent(sample: SampleSet) -> int:
    return min(99, sample.told * 100 // sample.total) if sample.total else 0


def count_sample_conversations(workspace_id: int) -> int:
    """Count the conversations in sample channels."""
    return Conversation.objects.filter(workspace=workspace_id, channel__is_sample=True).count()


def _count_added(workspace_id: int) -> int:
    """Count answers and notes that people, not the cast, wrote into sample conversations."""
    things = SampleThing.objects.filter(workspace=workspace_id, kind="workspaces.member")
    cast = list(things.values_list("row_id", flat=True))
    mine = Message.objects.filter(channel__is_sample=True, conversation__workspace=workspace_id)
    answers = mine.filter(direction=Direction.OUT, member__isnull=False).exclude(member__in=cast)
    notes = Note.objects.filter(conversation__workspace=workspace_id, conversation__channel__is_sample=True)
    return answers.count() + notes.exclude(member__in=cast).count()
