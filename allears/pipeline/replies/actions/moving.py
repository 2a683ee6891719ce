"""Move replies when two conversations turned out to be one."""

from allears.pipeline.replies.models import Dispatch, Draft


def move_replies(gone: int, kept: int) -> None:
    """Move dispatches and drafts; where a member wrote in both, the words are put together."""
    Dispatch.objects.filter(conversation=gone).update(conversation=kept)
    for draft in Draft.objects.filter(conversation=gone):
        other = Draft.objects.filter(conversation=kept, member=draft.member_id, kind=draft.kind).first()
        if other:
            other.text = f"{other.text}\n\n{draft.text}"
            other.save(update_fields=["text"])
            draft.files.update(draft=other)
            draft.delete()
        else:
            Draft.objects.filter(id=draft.id).update(conversation=kept)
