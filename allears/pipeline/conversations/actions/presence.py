"""Tell colleagues who looks at a conversation, and who is writing."""

from datetime import timedelta

from allears.foundation.clock import now
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.models import Conversation, Presence, PresentAs

FRESH_FOR = timedelta(seconds=40)


def note_presence(member: Member, conversation: Conversation, present_as: str) -> bool:
    """Note that a member is here, or (with "gone") left; say whether colleagues will see a change."""
    mine = Presence.objects.filter(conversation=conversation, member=member)
    if present_as not in PresentAs.values:
        return bool(mine.delete()[0])
    at = now()
    same = mine.filter(present_as=present_as, seen_at__gte=at - FRESH_FOR)
    if same.update(seen_at=at):
        return False
    Presence.objects.update_or_create(
        conversation=conversation, member=member, defaults={"present_as": present_as, "seen_at": at}
    )
    return True


def forget_stale_presence() -> None:
    """Let go of those who left without a word."""
    Presence.objects.filter(seen_at__lt=now() - 10 * FRESH_FOR).delete()
