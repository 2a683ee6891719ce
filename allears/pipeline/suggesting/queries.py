"""Ask about the model of a workspace and what it wrote."""

from collections.abc import Iterable
from dataclasses import dataclass

from allears.foundation.errors import NotVisible
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.conversations.queries.queue import visible_conversations
from allears.pipeline.suggesting.models import LanguageModel as LanguageModel  # noqa: PLC0414 - pages name it
from allears.pipeline.suggesting.models import Suggestion as Suggestion  # noqa: PLC0414
from allears.pipeline.suggesting.models import SuggestionState as SuggestionState  # noqa: PLC0414
from allears.pipeline.suggesting.models import Use as Use  # noqa: PLC0414
from allears.pipeline.suggesting.spending import Spent as Spent  # noqa: PLC0414
from allears.pipeline.suggesting.spending import spent_by

MOST_LISTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The newest suggestions of a conversation: of each use one, of translations one for each message."""

    summary: Suggestion | None
    draft: Suggestion | None
    translations: dict[int, Suggestion]


def model_of(workspace_id: int) -> LanguageModel | None:
    """Return the language model of a workspace, if one is set."""
    return LanguageModel.objects.filter(workspace=workspace_id).first()


def uses_for(member: Member) -> set[str]:
    """Say what a member may ask a model for: nothing while none is set, or for who only reads."""
    if not member.may_answer:
        return set()
    model = model_of(member.workspace_id)
    return {use for use in Use.values if model and model.serves(use)}


def spent_in(member: Member) -> tuple[Spent, Spent]:
    """Return what the member's workspace used of its model, today and in this month."""
    return spent_by(member.workspace_id)


def written_in(conversation: Conversation, language: str) -> Written:
    """Find what was written last in a conversation; translations are those into a language."""
    newest: dict[str, Suggestion] = {}
    translations: dict[int, Suggestion] = {}
    for one in suggestions_of(conversation):
        if one.message_id is None:
            newest.setdefault(one.use, one)
        elif one.language == language:
            translations.setdefault(one.message_id, one)
    return Written(summary=newest.get(Use.SUMMARY), draft=newest.get(Use.DRAFT), translations=translations)


def suggestions_of(conversation: Conversation) -> Iterable[Suggestion]:
    """List the suggestions of a conversation, newest first."""
    found = Suggestion.objects.filter(conversation=conversation.id).select_related("asked_by")
    return found.order_by("-id")[:MOST_LISTED]


def get_visible_suggestion(member: Member, suggestion_id: int) -> Suggestion:
    """Return a suggestion in a conversation the member may see. Raise NotVisible for any other."""
    found = Suggestion.objects.filter(id=suggestion_id).select_related("conversation", "asked_by").first()
    if found is None or not visible_conversations(member).filter(id=found.conversation_id).exists():
        raise NotVisible
    return found
