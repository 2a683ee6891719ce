"""Our own letters: queued in the transaction that causes them, sent by a worker.

Words: a Letter is ready to send; a carrier takes it where no SMTP server is set (each process hands in one
that sends through a workspace's first mailbox).
One rule: what a letter says may let its reader in, so it waits sealed and is never logged.
"""

import json
from dataclasses import dataclass
from secrets import token_hex
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from allears.foundation.clock import now
from allears.foundation.errors import AllEarsError
from allears.foundation.vault import seal, unseal
from allears.foundation.work.models import Job


class NoWayToSend(AllEarsError):
    """This letter can't be sent: neither an SMTP server nor a mailbox is connected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter of ours, in plain text."""

    workspace_id: int
    to: str
    subject: str
    text: str


class Carrier(Protocol):
    """Another way for our letters, by what a workspace has connected."""

    def can_carry(self, workspace_id: int) -> bool:
        """Say whether the workspace has a way to send."""

    def carry(self, letter: Letter) -> None:
        """Send it, once."""


_carriers: list[Carrier] = []


def use_carrier(carrier: Carrier) -> None:
    """Let letters go by this carrier while no SMTP server is set."""
    _carriers[:] = [carrier]


def can_send_letters(workspace_id: int) -> bool:
    """Say whether a letter of this workspace would find a way out."""
    return bool(settings.EMAIL_HOST) or any(carrier.can_carry(workspace_id) for carrier in _carriers)


def queue_letter(kind: str, workspace_id: int, to: str, language: str, context: dict[str, str]) -> None:
    """Queue a letter in the present transaction; kinds are those in `_KINDS`."""
    key = token_hex(16)
    words = {"kind": kind, "workspace_id": workspace_id, "to": to, "language": language, "context": context}
    sealed = seal(json.dumps(words), f"letter:{key}")
    Job.objects.create(name="send_letter", key=key, arguments={"key": key, "sealed": sealed}, due_at=now())


def send_letter(key: str, sealed: str) -> None:
    """Send a queued letter, by SMTP or else by a carrier. Raise NoWayToSend."""
    words = json.loads(unseal(sealed, f"letter:{key}"))
    subject, text = _compose(words["kind"], words["language"], words["context"])
    letter = Letter(workspace_id=words["workspace_id"], to=words["to"], subject=subject, text=text)
    if settings.EMAIL_HOST:
        headers = {"Auto-Submitted": "auto-generated"}
        EmailMessage(letter.subject, letter.text, to=[letter.to], headers=headers).send()
        return
    carrier = next((one for one in _carriers if one.can_carry(letter.workspace_id)), None)
    if carrier is None:
        raise NoWayToSend
    carrier.carry(letter)


def _compose(kind: str, language: str, context: dict[str, str]) -> tuple[str, str]:
    with override(language):
        subject, *paragraphs = _KINDS[kind]()
        return subject % context, "\n\n".join(paragraph % context for paragraph in paragraphs) + "\n"


def _invitation() -> list[str]:
    return [
        _("%(inviter)s invites you to %(workspace)s on All Ears"),
        _("Hello,"),
        _("%(inviter)s would like you to answer customers together at %(workspace)s."),
        _("Open this link to join. It works once, for seven days:"),
        "%(link)s",
        _("If you did not expect this, you need not do anything."),
    ]


def _password_reset() -> list[str]:
    return [
        _("A new password for All Ears"),
        _("Hello %(name)s,"),
        _("someone, we hope you, wants to set a new password for %(workspace)s."),
        _("Open this link to choose one. It works once, for one hour:"),
        "%(link)s",
        _("If it was not you, you need not do anything: your password stays as it is."),
    ]


def _chat_answer() -> list[str]:
    return [
        _("Our answer to your chat with %(brand)s"),
        "%(words)s",
        _("To answer, open the chat again: %(place)s"),
    ]


def _chat_transcript() -> list[str]:
    return [
        _("Your chat with %(brand)s"),
        _("You asked us for what was said in the chat. Here it is:"),
        "%(words)s",
        _("If you did not ask for it, you need not do anything."),
    ]


def _channel_keys_ending() -> list[str]:
    return [
        _("The keys of %(channel)s end soon"),
        _("Hello %(name)s,"),
        _("the keys by which All Ears reaches %(channel)s end soon. Days left: %(days)s."),
        _("Connect the channel again before that, and nothing is missed:"),
        "%(link)s",
    ]


def _channel_disconnected() -> list[str]:
    return [
        _("%(channel)s is disconnected"),
        _("Hello %(name)s,"),
        _("the network no longer accepts the keys of %(channel)s: nothing is heard there or sent."),
        _(
            "Connect the channel again. Its history stays, and what was missed is fetched where the network allows it:"
        ),
        "%(link)s",
    ]


_KINDS = {
    "channel_keys_ending": _channel_keys_ending,
    "channel_disconnected": _channel_disconnected,
    "invitation": _invitation,
    "password_reset": _password_reset,
    "chat_answer": _chat_answer,
    "chat_transcript": _chat_transcript,
}
