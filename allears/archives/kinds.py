"""What an archive holds: every table of ours that leads to a workspace, found in the registry of apps.

`LEFT_OUT` names the tables that stay behind, `HIDDEN` the columns, each with the reason; `NUMBERS`, in
references.py, tells ids from numbers. Tests fail when something new is neither in nor named.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

WORKSPACE = "workspaces.workspace"
ACCOUNT = "workspaces.account"

LEFT_OUT = {
    "workspaces.invitation": "a way in; invite again",
    "workspaces.passwordreset": "a way in",
    "workspaces.signin": "a browser that is signed in here, not there",
    "workspaces.try": "counts tries of a day, of nobody's workspace",
    "work.job": "what this installation has still to do",
    "work.lasttime": "how this installation is",
    "work.schedule": "the same in every installation",
    "tokens.apitoken": "a way in; make new ones",
    "tokens.keptanswer": "goes with its token",
    "chat.visitortoken": "a way in: lets a visitor's device in here, not there",
    "people.identitykey": "found anew",
    "intake.waiting": "put anew for every envelope without an ending",
    "channels.bucket": "what this installation used lately of a network's budget",
    "channels.polling": "when the worker asks next",
    "replies.earlyreceipt": "waits a day for an answer of the network to this installation",
    "conversations.rereading": "how far this installation is with its models",
    "conversations.learnedtopics": "learned anew from the tags",
    "conversations.presence": "who is looking just now",
    "conversations.bulkchange": "for undoing it within seconds; what was changed is in the ledger",
    "conversations.bulkitem": "goes with it",
    "replies.templateshelf": "listed again by the network",
    "suggesting.spending": "what this installation asked of a service of others",
    "webhooks.call": "a log of what this installation told others, kept for a month",
    "demo.sampleset": "after an import sample data are data like any other",
    "demo.samplething": "the same",
    "archives.import": "tells how this installation took in archives",
}
# Columns that stay behind, with what stands there after an import.
HIDDEN: dict[str, dict[str, str]] = {
    ACCOUNT: {
        "password": "a secret: whoever is new sets one by a link",
        "last_login": "belongs to the account, not to the workspace",
    },
    "channels.channel": {
        "sealed_secrets": "secrets: connect the channel again",
        "listening_until": "the worker's own",
        "listener": "the worker's own",
        "refreshing_until": "the worker's own",
        "refresher": "the worker's own",
        "subscription": "proved anew",
        "subscription_checked_at": "goes with it",
        "subscription_message": "goes with it",
        "subscription_advice": "goes with it",
        "subscription_facts": "goes with it",
        "tokens_end_at": "goes with the secrets",
        "tokens_got_at": "goes with it",
        "warned_days": "goes with it",
        "last_polled_at": "the worker's own",
    },
    "webhooks.endpoint": {
        "sealed_secret": "a secret: a new one is made",
        "sealed_old_secret": "a secret",
        "old_secret_until": "goes with it",
        "cursor": "begins at the end of the ledger",
        "rests_until": "the worker's own",
        "leased_until": "the worker's own",
    },
    "suggesting.languagemodel": {"sealed_key": "a secret: enter it again"},
    "conversations.attachment": {"remote": "may hold a secret, and is sealed for this installation"},
    "replies.dispatch": {"leased_until": "the worker's own"},
    "replies.itemdeed": {"leased_until": "the worker's own"},
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One table in an archive: its label, its model, how it leads to its workspace, and its columns."""

    label: str
    model: type[models.Model]
    path: tuple[str, ...]
    fields: "tuple[models.Field[Any, Any], ...]"

    @property
    def file(self) -> str:
        return f"data/{self.label}.jsonl"

    @property
    def key(self) -> str:
        """The column that numbers its rows."""
        return self.model._meta.pk.attname

    @property
    def digests(self) -> list[str]:
        """The columns that name files."""
        return [field.attname for field in self.fields if field.attname == "digest"]


@cache
def all_kinds() -> tuple[Kind, ...]:
    """List every kind, each after those it refers to."""
    found = {
        label: _kind(label, model)
        for label, model in our_models().items()
        if label not in LEFT_OUT and leads_to_workspace(model)
    }
    return tuple(found[label] for label in _in_order(found))


def kind_of(label: str) -> Kind:
    """Return a kind by its label."""
    return next(kind for kind in all_kinds() if kind.label == label)


def our_models() -> dict[str, type[models.Model]]:
    """Return every model of ours by its label."""
    return {
        model._meta.label_lower: model
        for model in apps.get_models(include_auto_created=True)
        if apps.get_app_config(model._meta.app_label).name.startswith("allears.")
    }


def _kind(label: str, model: type[models.Model]) -> Kind:
    hidden = HIDDEN.get(label, {})
    fields = tuple(field for field in model._meta.concrete_fields if field.attname not in hidden)
    return Kind(label, model, path_to_workspace(model), fields)


def leads_to_workspace(model: type[models.Model]) -> bool:
    """Say whether a row leads to a workspace at all."""
    try:
        path_to_workspace(model)
    except LookupError:
        return False
    return True


def path_to_workspace(model: type[models.Model]) -> tuple[str, ...]:
    """Say by which columns a row leads to its workspace: the shortest way. Raise LookupError if none does."""
    label = model._meta.label_lower
    if label in {WORKSPACE, ACCOUNT}:
        return ()
    if any(field.attname == "workspace_id" for field in model._meta.concrete_fields):
        return ("workspace_id",)
    ways = [
        (field.attname, *path_to_workspace(other_model(field)))
        for field in model._meta.concrete_fields
        if _leads_on(field, model)
    ]
    if not ways:
        raise LookupError(f"{label} leads to no workspace: say why in LEFT_OUT")
    return min(ways, key=len)


def other_model(field: "models.Field[Any, Any]") -> type[models.Model]:
    """Return the model that a foreign key leads to."""
    other = field.related_model
    assert isinstance(other, type)
    return other


def _leads_on(field: "models.Field[Any, Any]", model: type[models.Model]) -> bool:
    other = field.related_model
    if not isinstance(other, type) or other is model or field.null:
        return False
    label = other._meta.label_lower
    return label != ACCOUNT and label not in LEFT_OUT and label in our_models()


def _in_order(kinds: dict[str, Kind]) -> list[str]:
    """Order kinds so that what is referred to comes first; envelopes last, after what became of them."""
    ordered: list[str] = []

    def visit(label: str) -> None:
        if label in ordered:
            return
        for field in kinds[label].fields:
            other = field.related_model
            if (
                isinstance(other, type)
                and other is not kinds[label].model
                and other._meta.label_lower in kinds
            ):
                visit(other._meta.label_lower)
        ordered.append(label)

    for label in kinds:
        visit(label)
    return sorted(ordered, key=lambda label: label == "intake.envelope")
