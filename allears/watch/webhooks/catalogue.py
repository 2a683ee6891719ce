"""Which events can be told to programs, in groups, by how their kinds begin.

A new kind of event belongs to its group by itself; one that begins as none before it is put here or
into LEFT_OUT, with the reason: a test sees to it, and keeps docs/webhooks.md complete.
"""

from dataclasses import dataclass

from django.db.models import Q

from allears.connectors.words import mark

TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds of events that belong together; `label` is a marked sentence."""

    label: str
    begins: tuple[str, ...]

    def holds(self, kind: str) -> bool:
        """Say whether a kind belongs here and may be told."""
        return kind.startswith(self.begins) and not kind.startswith(tuple(LEFT_OUT))


CATALOGUE = (
    Group(mark("Conversations"), ("conversation.", "bulk.")),
    Group(mark("Messages and notes"), ("message.", "note.", "deed.", "praise.")),
    Group(mark("Answers"), ("reply.", "dispatch.", "suggestion.")),
    Group(mark("Customers"), ("customer.", "identity.", "customer_note.", "visitor.")),
    Group(mark("Channels"), ("channel.", "envelope.")),
    Group(mark("Members and teams"), ("member.", "team.")),
    Group(mark("Workspace"), ("workspace.", "brand.", "tag.", "saved_reply.", "language_model.")),
)

# By how they begin; each with the reason.
LEFT_OUT = {
    "account.": "what a person does with their own account is nobody's business outside",
    "draft.": "typing is no event to act on, and comes many times a minute",
    "presence.": "so is looking",
    "invitation.": "an invitation is a way in; its address has to stay with who made it",
    "member.reset_link_made": "a way into an account",
    "samples.": "sample data are no news",
    "token.": "what may call us is nobody's business outside",
    "view.": "how somebody likes to look at the queue changes nothing in it",
    "webhook.": "told to the endpoint itself it would go round in circles",
    "workspace.created": "no endpoint can be there yet",
}


def is_told(kind: str) -> bool:
    """Say whether events of a kind may be told to programs."""
    return any(group.holds(kind) for group in CATALOGUE)


def told_kinds() -> Q:
    """Say the same as a condition on events."""
    found, not_told = Q(), Q()
    for group in CATALOGUE:
        for begin in group.begins:
            found |= Q(kind__startswith=begin)
    for begin in LEFT_OUT:
        not_told |= Q(kind__startswith=begin)
    return found & ~not_told
