"""Have suggestions written: one call for each, never inside a transaction, never a second time by itself."""

from datetime import timedelta

import structlog
from django.db import transaction

from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.vault import VaultLocked
from allears.pipeline.suggesting.actions.keeping import place_of
from allears.pipeline.suggesting.errors import OverBudget
from allears.pipeline.suggesting.models import LanguageModel, Suggestion, SuggestionState, Use
from allears.pipeline.suggesting.prompts import MOST_TOKENS, estimated_tokens, write_prompt
from allears.pipeline.suggesting.redacting import Veil
from allears.pipeline.suggesting.speaking import (
    LONGEST_CALL,
    Messages,
    ModelTrouble,
    Poster,
    Said,
    ask_model,
    way_out,
)
from allears.pipeline.suggesting.spending import Reserved, reserve, settle

log = structlog.get_logger("allears.suggesting")
SWITCHED_OFF = mark("The language model was switched off meanwhile.")
USED_UP = mark("The budget of the language model is used up.")
NO_WORDS = mark("There are no words to work on any more.")
LOCKED = mark("The key can't be opened: the vault's key is missing.")
INTERRUPTED = mark("It was interrupted. Ask again.")
FORGOTTEN_AFTER = timedelta(seconds=LONGEST_CALL * 2 + 60)


def waiting_suggestions(limit: int = 20) -> list[int]:
    """List the suggestions that wait to be written, oldest first."""
    waiting = Suggestion.objects.filter(state=SuggestionState.WAITING)
    return list(waiting.order_by("id").values_list("id", flat=True)[:limit])


def write_suggestion(suggestion_id: int, poster: Poster | None = None) -> None:
    """Have one suggestion written, if nobody else does already."""
    waiting = Suggestion.objects.filter(id=suggestion_id, state=SuggestionState.WAITING)
    if not waiting.update(state=SuggestionState.WRITING, begun_at=now()):
        return
    suggestion = Suggestion.objects.select_related(
        "conversation__channel__brand", "message", "asked_by__account", "asked_by__workspace"
    ).get(id=suggestion_id)
    try:
        _write(suggestion, _model_for(suggestion), poster or way_out())
    except ModelTrouble as error:
        _fail(suggestion, error.sentence, error.facts)
    except OverBudget:
        _fail(suggestion, USED_UP, {})
    except VaultLocked:
        _fail(suggestion, LOCKED, {})


def fail_interrupted(*, is_only_writer: bool) -> int:
    """End what was in hand when a process died: it may have been paid for, so a person decides to ask again."""
    found = Suggestion.objects.filter(state=SuggestionState.WRITING).select_related("conversation")
    if not is_only_writer:
        found = found.filter(begun_at__lt=now() - FORGOTTEN_AFTER)
    return sum(_fail(one, INTERRUPTED, {}) for one in list(found))


def _model_for(suggestion: Suggestion) -> LanguageModel:
    model = LanguageModel.objects.filter(workspace=suggestion.workspace_id).first()
    if model is None or not model.serves(suggestion.use):
        raise ModelTrouble(SWITCHED_OFF)
    return model


def _write(suggestion: Suggestion, model: LanguageModel, poster: Poster) -> None:
    """Ask the model, and write down what it said and what that cost."""
    veil = Veil()
    prompt = write_prompt(suggestion, veil)
    if not prompt:
        raise ModelTrouble(NO_WORDS)
    place = place_of(model)
    most = MOST_TOKENS[Use(suggestion.use)]
    guess = (estimated_tokens(prompt), most)
    reserved = reserve(model, *guess)
    try:
        said = ask_model(place, prompt, most, poster)
    except ModelTrouble as error:
        _count(suggestion, model, reserved, guess if error.may_cost else (0, 0))
        raise
    _count(suggestion, model, reserved, _tokens_of(said, prompt))
    _finish(suggestion, said, veil)


def _tokens_of(said: Said, prompt: Messages) -> tuple[int, int]:
    """Return what the model counted, or else what it would be at most."""
    tokens_in = estimated_tokens(prompt) if said.tokens_in is None else said.tokens_in
    tokens_out = len(said.text.encode()) // 2 + 8 if said.tokens_out is None else said.tokens_out
    return tokens_in, tokens_out


def _count(suggestion: Suggestion, model: LanguageModel, reserved: Reserved, tokens: tuple[int, int]) -> None:
    cost = model.cost(*tokens)
    with transaction.atomic():
        settle(model, reserved, sum(tokens), cost)
        suggestion.tokens_in, suggestion.tokens_out = tokens
        suggestion.micro_dollars, suggestion.model = cost, model.name
        suggestion.save(update_fields=["tokens_in", "tokens_out", "micro_dollars", "model"])


def _finish(suggestion: Suggestion, said: Said, veil: Veil) -> None:
    mine = Suggestion.objects.filter(id=suggestion.id, state=SuggestionState.WRITING)
    with transaction.atomic():
        if mine.update(
            state=SuggestionState.DONE,
            ended_at=now(),
            text=veil.lift(said.text),
            is_cut=said.is_cut,
            model=said.model,
        ):
            _record("suggestion.written", suggestion)


def _fail(suggestion: Suggestion, sentence: str, facts: dict[str, str]) -> bool:
    log.info("not_written", suggestion=suggestion.id, trouble=sentence)
    mine = Suggestion.objects.filter(id=suggestion.id, state=SuggestionState.WRITING)
    with transaction.atomic():
        has_failed = mine.update(
            state=SuggestionState.FAILED, ended_at=now(), trouble=sentence, trouble_facts=facts
        )
        if has_failed:
            _record("suggestion.failed", suggestion)
    return bool(has_failed)


def _record(kind: str, suggestion: Suggestion) -> None:
    record_event(
        kind,
        suggestion.workspace_id,
        subject=f"suggestion:{suggestion.id}",
        conversation=suggestion.conversation_id,
        use=suggestion.use,
        tokens=suggestion.tokens_in + suggestion.tokens_out,
        micro_dollars=suggestion.micro_dollars,
    )
