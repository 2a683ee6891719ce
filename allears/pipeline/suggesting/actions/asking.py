"""Ask for a suggestion, and take a draft into the composer. Nothing is asked of the model here: that is later."""

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.holding import require_answering
from allears.pipeline.conversations.models import Conversation, Message
from allears.pipeline.replies.actions.drafting import put_back_draft
from allears.pipeline.replies.models import Draft, DraftKind
from allears.pipeline.suggesting.errors import NoLanguageModel, NothingToRead, NotWrittenYet
from allears.pipeline.suggesting.models import LanguageModel, Suggestion, SuggestionState, Use
from allears.pipeline.suggesting.prompts import language_for
from allears.pipeline.suggesting.spending import require_budget

UNDER_WAY = [SuggestionState.WAITING, SuggestionState.WRITING]


def ask_suggestion(
    by: Member,
    conversation: Conversation,
    use: str,
    message: Message | None = None,
    *,
    is_again: bool = False,
) -> Suggestion:
    """Ask for a summary, a draft, or the translation of a message; the worker has it written.

    What is under way already, or was written since the newest message, is returned as it is, unless it is asked
    for again. Raise NoLanguageModel, OverBudget, NothingToRead or NotAllowed.
    """
    require_answering(by)
    model = LanguageModel.objects.filter(workspace=by.workspace_id).first()
    if model is None or not model.serves(use):
        raise NoLanguageModel
    _require_words(conversation, use, message)
    language = language_for(use, by, conversation)
    same = Suggestion.objects.filter(
        conversation=conversation.id, use=use, message=message, language=language
    )
    found = _present(same, conversation, message, is_again=is_again)
    if found is not None:
        return found
    require_budget(model)
    return _put(by, conversation, use, message, language)


def take_draft(by: Member, suggestion: Suggestion, kind: str = DraftKind.REPLY) -> Draft:
    """Put a draft into the member's composer, before what they began; they read, change and send it themselves.

    Raise NotWrittenYet.
    """
    require_answering(by)
    if suggestion.use != Use.DRAFT or not suggestion.is_done:
        raise NotWrittenYet
    kind = kind if kind in {DraftKind.REPLY, DraftKind.PRIVATE} else DraftKind.REPLY
    conversation = suggestion.conversation
    with transaction.atomic():
        Suggestion.objects.filter(id=suggestion.id).update(is_taken=True)
        draft = put_back_draft(by.id, conversation, suggestion.text, [], kind)
        _record("suggestion.taken", suggestion, by)
    return draft


def _require_words(conversation: Conversation, use: str, message: Message | None) -> None:
    """Raise NothingToRead where there are none."""
    if use == Use.TRANSLATION:
        has_words = message is not None and bool(message.text.strip()) and message.deleted_at is None
    else:
        said = Message.objects.filter(conversation=conversation.id, deleted_at__isnull=True)
        has_words = said.exclude(text="").exists()
    if not has_words:
        raise NothingToRead


def _present(
    same: QuerySet[Suggestion], conversation: Conversation, message: Message | None, *, is_again: bool
) -> Suggestion | None:
    """Find what is under way, or what was written of the very same words."""
    fresh = Q(state=SuggestionState.DONE)
    if message is None:
        fresh &= Q(seen_message_id=conversation.last_message_id)
    elif message.edited_at:
        fresh &= Q(asked_at__gte=message.edited_at)
    wanted = Q(state__in=UNDER_WAY) if is_again else Q(state__in=UNDER_WAY) | fresh
    return same.filter(wanted).order_by("-id").first()


def _put(
    by: Member, conversation: Conversation, use: str, message: Message | None, language: str
) -> Suggestion:
    """Put it down; where two ask at the same moment, both get the same one."""
    wanted = Suggestion(
        workspace_id=by.workspace_id,
        conversation=conversation,
        message=message,
        use=use,
        language=language,
        asked_by=by,
        asked_at=now(),
        seen_message_id=conversation.last_message_id,
    )
    try:
        with transaction.atomic():
            wanted.save(force_insert=True)
            _record("suggestion.asked", wanted, by)
    except IntegrityError:
        under_way = Suggestion.objects.filter(conversation=conversation.id, use=use, message=message)
        return under_way.filter(state__in=UNDER_WAY).latest("id")
    return wanted


def _record(kind: str, suggestion: Suggestion, by: Member) -> None:
    record_event(
        kind,
        suggestion.workspace_id,
        by,
        f"suggestion:{suggestion.id}",
        conversation=suggestion.conversation_id,
        use=suggestion.use,
    )
