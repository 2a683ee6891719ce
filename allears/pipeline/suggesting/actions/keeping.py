"""Set, change, try and remove the language model of a workspace. Administrators only."""

import secrets
from dataclasses import dataclass

from django.db import transaction

from allears.foundation.clock import now
from allears.foundation.errors import NotAllowed
from allears.foundation.events.actions import record_event
from allears.foundation.vault import is_sealed_with_first_key, seal, unseal
from allears.foundation.workspaces.models import Member
from allears.pipeline.suggesting.errors import KeyNeedsOtherAddress, NoLanguageModel
from allears.pipeline.suggesting.models import LanguageModel, Use
from allears.pipeline.suggesting.prompts import estimated_tokens
from allears.pipeline.suggesting.speaking import (
    LONGEST_TRY,
    ModelTrouble,
    Place,
    Poster,
    Said,
    ask_model,
    checked_address,
    way_out,
)
from allears.pipeline.suggesting.spending import reserve, settle

TRIAL = [{"role": "user", "content": "Answer with one word: hello."}]
TRIAL_TOKENS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody set. `secret` None keeps the key, "" takes it away; budgets of None are no limit."""

    address: str
    name: str
    secret: str | None
    is_on: bool
    uses: tuple[str, ...]
    price_in: int = 0
    price_out: int = 0
    daily_tokens: int | None = None
    monthly_tokens: int | None = None
    daily_micro_dollars: int | None = None
    monthly_micro_dollars: int | None = None


def set_language_model(by: Member, wanted: Wanted) -> LanguageModel:
    """Set or change the model. Raise ModelAddressNotValid, or KeyNeedsOtherAddress: a key goes to no new address."""
    _check_may(by)
    address = checked_address(wanted.address)
    with transaction.atomic():
        model = LanguageModel.objects.filter(workspace=by.workspace_id).first()
        if model is None:
            model = LanguageModel(workspace_id=by.workspace_id, key=secrets.token_urlsafe(16))
        elif wanted.secret is None and model.sealed_key and model.address != address:
            raise KeyNeedsOtherAddress
        if wanted.secret is not None:
            model.sealed_key = seal(wanted.secret, _place(model.key)) if wanted.secret else ""
        model.address, model.name, model.is_on = address, wanted.name.strip(), wanted.is_on
        model.uses = [use for use in Use.values if use in wanted.uses]
        _set_limits(model, wanted)
        model.changed_at = now()
        model.save()
        host = address.split("/")[2]
        record_event(
            "language_model.changed", by.workspace_id, by, host=host, model=model.name, is_on=model.is_on
        )
    return model


def remove_language_model(by: Member) -> None:
    """Forget the model and its key. What it wrote stays, marked as it is."""
    _check_may(by)
    with transaction.atomic():
        if LanguageModel.objects.filter(workspace=by.workspace_id).delete()[0]:
            record_event("language_model.removed", by.workspace_id, by)


def try_language_model(by: Member, poster: Poster | None = None) -> Said:
    """Ask the model one word, counted like any other call. Raise ModelTrouble, OverBudget or NoLanguageModel."""
    _check_may(by)
    model = LanguageModel.objects.filter(workspace=by.workspace_id).first()
    if model is None:
        raise NoLanguageModel
    reserved = reserve(model, estimated_tokens(TRIAL), TRIAL_TOKENS)
    used = (0, 0)
    try:
        said = ask_model(place_of(model), TRIAL, TRIAL_TOKENS, poster or way_out(LONGEST_TRY))
        used = (said.tokens_in or estimated_tokens(TRIAL), said.tokens_out or len(said.text))
    except ModelTrouble as error:
        used = (estimated_tokens(TRIAL), TRIAL_TOKENS) if error.may_cost else used
        raise
    finally:
        settle(model, reserved, sum(used), model.cost(*used))
    return said


def place_of(model: LanguageModel) -> Place:
    """Say where a model is, with its key opened. Raise VaultLocked."""
    key = unseal(model.sealed_key, _place(model.key)) if model.sealed_key else ""
    return Place(address=model.address, name=model.name, key=key)


def seal_models_again() -> int:
    """Seal every model's key with the first vault key; return how many had another. Raise VaultLocked."""
    count = 0
    for model in LanguageModel.objects.exclude(sealed_key="").order_by("id"):
        if not is_sealed_with_first_key(model.sealed_key):
            sealed = seal(unseal(model.sealed_key, _place(model.key)), _place(model.key))
            same = LanguageModel.objects.filter(id=model.id, sealed_key=model.sealed_key)
            count += same.update(sealed_key=sealed)
    return count


def _set_limits(model: LanguageModel, wanted: Wanted) -> None:
    model.price_in, model.price_out = wanted.price_in, wanted.price_out
    model.daily_tokens, model.monthly_tokens = wanted.daily_tokens, wanted.monthly_tokens
    model.daily_micro_dollars = wanted.daily_micro_dollars
    model.monthly_micro_dollars = wanted.monthly_micro_dollars


def _check_may(by: Member) -> None:
    if not by.may_administer:
        raise NotAllowed


def _place(key: str) -> str:
    return f"language_model:{key}"
