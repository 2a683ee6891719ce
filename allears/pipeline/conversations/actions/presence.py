"""Tell colleagues who looks at a conversation, and who is writing."""

from datetime import timedelta

from allears.foundation.clock import now
from allears.foundation.events.passing import tell_passing
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.models import Conversation, Presence, PresentAs

FRESH_FOR = timedelta(seconds=40)


def note_presence(member: Member, conversation: Conversation, present_as: str) -> bool:
    """Note that a member is here, or (with "gone") left; colleagues' pages hear of every change."""
    has_changed = _put_presence(member, conversation, present_as)
    if has_changed:
        data = {"conversation": conversation.id, "members": _members_in(conversation)}
        tell_passing(member.workspace_id, "presence", data, but=member.id)
    return has_changed


def _members_in(conversation: Conversation) -> list[dict[str, object]]:
    fresh = Presence.objects.filter(conversation=conversation, seen_at__gte=now() - FRESH_FOR)
    rows = fresh.values_list("member_id", "member__name", "present_as")
    return [{"id": id_, "name": name, "state": present_as} for id_, name, present_as in rows]


def _put_presence(member: Member, conversation: Conversation, present_as: str) -> bool:
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
