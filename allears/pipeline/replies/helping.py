"""Have we something to add to what others say? The saved replies that everyone has, compared with a text."""

from time import monotonic

from allears.pipeline.replies.models import SavedReply
from allears.pipeline.understanding.helping import OwnAnswers

SERVES_FOR = 60.0
LONGEST = 2_000
MOST = 1_000

_answers: dict[int, tuple[float, OwnAnswers]] = {}


def fit_of_saved_replies(workspace_id: int, text: str) -> float | None:
    """Say how well a saved reply of a workspace fits a text (0..1), as they were a minute ago at most."""
    made_at, ours = _answers.get(workspace_id, (0.0, None))
    if ours is None or monotonic() - made_at > SERVES_FOR:
        shared = SavedReply.objects.filter(workspace=workspace_id, owner__isnull=True, is_thanks=False)
        words = shared.order_by("-used_count", "id").values_list("title", "text")[:MOST]
        ours = OwnAnswers([f"{title} {said}" for title, said in words])
        _answers[workspace_id] = monotonic(), ours
    return ours.fit(text[:LONGEST])


def forget_answers() -> None:
    """Have the saved replies looked at anew."""
    _answers.clear()
