"""What the ledger's kinds of events are called on screen."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GROUPS: list[tuple[str, str | Promise]] = [
    ("conversation.", _("Conversations")),
    ("message.", _("Messages")),
    ("note.", _("Notes")),
    ("dispatch.", _("Sending")),
    ("channel.", _("Channels")),
    ("envelope.", _("Dead letters")),
    ("member.", _("Members")),
    ("invitation.", _("Invitations")),
    ("team.", _("Teams")),
    ("account.", _("Accounts and sign-ins")),
    ("workspace.", _("Workspace")),
]
ROLES = {
    "owner": _("Owner"),
    "admin": _("Administrator"),
    "lead": _("Lead"),
    "agent": _("Agent"),
    "observer": _("Observer"),
}
WORDS: dict[str, str | Promise] = {
    "account.changed": _("Profile changed"),
    "account.password_changed": _("Password changed"),
    "account.password_reset": _("New password set by a link"),
    "account.reset_requested": _("New password asked for"),
    "account.signed_in": _("Signed in"),
    "account.signed_out": _("Signed out"),
    "channel.added": _("Channel connected"),
    "channel.changed": _("Channel changed"),
    "channel.paused": _("Channel paused"),
    "channel.recovered": _("Channel is well again"),
    "channel.resumed": _("Channel resumed"),
    "channel.troubled": _("Channel in trouble"),
    "conversation.assigned": _("Conversation assigned"),
    "conversation.opened": _("Conversation opened"),
    "conversation.reopened": _("Conversation reopened"),
    "conversation.solved": _("Conversation solved"),
    "dispatch.postponed": _("Sending put off"),
    "dispatch.refused": _("Answer refused by the network"),
    "dispatch.sent": _("Answer sent"),
    "dispatch.unknown": _("Fate of an answer unknown"),
    "envelope.died": _("Could not be read"),
    "envelope.replayed": _("Read again"),
    "envelope.settled": _("Dead letter settled"),
    "invitation.made": _("Invited"),
    "invitation.renewed": _("Invitation renewed"),
    "invitation.withdrawn": _("Invitation withdrawn"),
    "member.deactivated": _("Member deactivated"),
    "member.joined": _("Joined"),
    "member.reactivated": _("Member reactivated"),
    "member.reset_link_made": _("Password link made for a member"),
    "member.role_changed": _("Role changed"),
    "team.changed": _("Team changed"),
    "team.created": _("Team created"),
    "team.deleted": _("Team deleted"),
    "team.members_changed": _("Members of a team changed"),
    "workspace.changed": _("Workspace changed"),
    "workspace.created": _("Workspace created"),
}


def details_of(facts: dict[str, Any]) -> str:
    """Put an event's facts on one line: a change as "old → new", else what they say."""
    rest = [fact for name, fact in facts.items() if name not in {"old", "new"}]
    said = [_say(fact) for fact in rest if fact and isinstance(fact, str | int) and fact is not True]
    if "old" in facts and "new" in facts:
        said.append(f"{_say(facts['old'])} → {_say(facts['new'])}")
    return ", ".join(said)


def _say(fact: object) -> str:
    return str(ROLES.get(str(fact), fact))
