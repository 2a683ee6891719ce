"""Which events can be told to programs, in groups. docs/webhooks.md describes each; a test compares.

A new kind of event is either put here or named in LEFT_OUT with the reason: another test sees to it.
"""

from dataclasses import dataclass

from allears.connectors.words import mark

TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds of events that belong together; `label` is a marked sentence."""

    label: str
    kinds: tuple[str, ...]


CATALOGUE = (
    Group(
        mark("Conversations"),
        (
            "conversation.opened",
            "conversation.reopened",
            "conversation.status_changed",
            "conversation.assigned",
            "conversation.given_to_team",
            "conversation.priority_changed",
            "conversation.joined",
        ),
    ),
    Group(mark("Messages and notes"), ("message.received", "message.outcome_set", "note.written")),
    Group(
        mark("Answers"),
        (
            "reply.queued",
            "reply.cancelled",
            "dispatch.sent",
            "dispatch.refused",
            "dispatch.postponed",
            "dispatch.unknown",
            "dispatch.retried",
        ),
    ),
    Group(
        mark("Channels"),
        (
            "channel.added",
            "channel.changed",
            "channel.paused",
            "channel.resumed",
            "channel.troubled",
            "channel.recovered",
            "envelope.died",
            "envelope.replayed",
            "envelope.settled",
        ),
    ),
    Group(
        mark("Members and teams"),
        (
            "member.joined",
            "member.role_changed",
            "member.deactivated",
            "member.reactivated",
            "team.created",
            "team.changed",
            "team.members_changed",
            "team.deleted",
            "workspace.changed",
        ),
    ),
)

# By how they begin; each with the reason.
LEFT_OUT = {
    "account.": "what a person does with their own account is nobody's business outside",
    "draft.": "typing is no event to act on, and comes many times a minute",
    "invitation.": "an invitation is a way in; its address has to stay with who made it",
    "member.reset_link_made": "a way into an account",
    "webhook.": "told to the endpoint itself it would go round in circles",
    "workspace.created": "no endpoint can be there yet",
}

KINDS = frozenset(kind for group in CATALOGUE for kind in group.kinds)


def is_told(kind: str) -> bool:
    """Say whether events of a kind may be told to programs."""
    return kind in KINDS
