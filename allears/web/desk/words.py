"""What the desk says: why no reply is needed, what happened, who is here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allears.foundation.events.names import Event
from allears.pipeline.conversations.queries.names import Outcome, Presence, PresentAs, Priority, Status
from allears.web.desk.understood import said_answer

REASONS = (
    ("thanks", gettext_lazy("Only thanks")),
    ("nothing_asked", gettext_lazy("Nothing was asked")),
    ("answered_elsewhere", gettext_lazy("Answered another way")),
    ("asked_twice", gettext_lazy("Asked twice")),
    ("not_for_us", gettext_lazy("Not meant for us")),
)
_REASON_LABELS = {
    **dict(REASONS),
    "automatic": gettext_lazy("Sent by a machine"),
    "before_connecting": gettext_lazy("Written before this channel was connected"),
    "deleted_by_author": gettext_lazy("Deleted by its author"),
    "deleted_by_us": gettext_lazy("Deleted by us"),
    "deleted_by_network": gettext_lazy("Deleted by the network"),
}


DEED_REASONS = (
    ("spam", gettext_lazy("Spam or advertising")),
    ("threat", gettext_lazy("Threats or violence")),
    ("personal_data", gettext_lazy("Somebody's personal data")),
    ("hate", gettext_lazy("Hate or insults")),
    ("legal", gettext_lazy("Against the law")),
    ("mistake", gettext_lazy("A mistake of ours")),
    ("other", gettext_lazy("Another reason")),
)


def deed_reason_label(reason: str) -> str:
    """Return the words of a reason for hiding or deleting."""
    return str(dict(DEED_REASONS).get(reason, reason))


def reason_label(reason: str) -> str:
    """Return the words of a reason; one that a person wrote stands as it is."""
    return str(_REASON_LABELS.get(reason, reason))


@dataclass(frozen=True, slots=True)
class Names:
    """Names of members and teams by id, for telling what happened."""

    members: Mapping[int, str]
    teams: Mapping[int, str]

    def member(self, id_: object) -> str:
        """Return a member's name; All Ears itself has no id."""
        return self.members.get(id_, _("Someone")) if isinstance(id_, int) else "All Ears"

    def team(self, id_: object) -> str:
        """Return a team's name."""
        return self.teams.get(id_, _("a team")) if isinstance(id_, int) else ""


def describe_event(event: Event, names: Names) -> str:
    """Say in one sentence what happened; "" for what needs no words."""
    tell = _SENTENCES.get(event.kind)
    return tell(event, names) if tell else ""


def _reopened(event: Event, names: Names) -> str:
    if event.by is None:
        return _("Opened again, because the customer wrote")
    return _("%(name)s opened it again") % {"name": names.member(event.by)}


def _status(event: Event, names: Names) -> str:
    label = str(dict(Status.choices).get(event.facts.get("after", ""), ""))
    return _("%(name)s set the status to “%(status)s”") % {"name": names.member(event.by), "status": label}


def _priority(event: Event, names: Names) -> str:
    label = str(dict(Priority.choices).get(event.facts.get("after", -1), ""))
    return _("%(name)s set the priority to “%(priority)s”") % {
        "name": names.member(event.by),
        "priority": label,
    }


def _assigned(event: Event, names: Names) -> str:
    after = event.facts.get("after")
    facts = {"name": names.member(event.by), "other": names.member(after)}
    if after is None:
        return _("%(name)s put it back for anyone to take") % facts
    if after == event.by:
        return _("%(name)s took it") % facts
    return _("%(name)s gave it to %(other)s") % facts


def _team(event: Event, names: Names) -> str:
    after = event.facts.get("after")
    facts = {"name": names.member(event.by), "team": names.team(after)}
    if after is None:
        return _("%(name)s took it out of the team's queue") % facts
    return _("%(name)s moved it to %(team)s") % facts


def _tagged(event: Event, names: Names) -> str:
    return _("%(name)s tagged it %(tags)s") % {"name": names.member(event.by), "tags": _quoted(event)}


def _untagged(event: Event, names: Names) -> str:
    return _("%(name)s took off %(tags)s") % {"name": names.member(event.by), "tags": _quoted(event)}


def _quoted(event: Event) -> str:
    return ", ".join(_("“%(tag)s”") % {"tag": tag} for tag in event.facts.get("names", []))


def _outcome(event: Event, names: Names) -> str:
    facts = {"name": names.member(event.by), "reason": reason_label(str(event.facts.get("reason", "")))}
    if event.facts.get("outcome") == Outcome.SPAM:
        return _("%(name)s called it spam") % facts
    if event.facts.get("outcome") == Outcome.WINDOW_EXPIRED:
        return _("%(name)s: the time to answer was over") % facts
    if event.facts.get("outcome") == Outcome.NO_REPLY_NEEDED:
        return _("%(name)s: no reply needed (%(reason)s)") % facts
    return ""


def _joined(event: Event, names: Names) -> str:
    return _("Another conversation turned out to be this one, and was joined to it")


def _taken_private(event: Event, names: Names) -> str:
    return _("%(name)s took it to private") % {"name": names.member(event.by)}


def _cancelled(event: Event, names: Names) -> str:
    return _("%(name)s took a reply back before it was sent") % {"name": names.member(event.by)}


def _mailed(event: Event, names: Names) -> str:
    facts = {"address": event.facts.get("address", "")}
    return _("Not seen on the site, so it also went to %(address)s") % facts


def _blocked(event: Event, names: Names) -> str:
    return _("%(name)s blocked the visitor") % {"name": names.member(event.by)}


def _unblocked(event: Event, names: Names) -> str:
    return _("%(name)s let the visitor in again") % {"name": names.member(event.by)}


def _identified(event: Event, names: Names) -> str:
    return _("The visitor signed in and turned out to be a known customer")


def _corrected(event: Event, names: Names) -> str:
    facts = {"name": names.member(event.by), "answer": said_answer(event.facts)}
    if event.facts.get("before") == event.facts.get("after"):
        return _("%(name)s agreed: %(answer)s") % facts
    return _("%(name)s corrected how it was read: %(answer)s") % facts


def _correction_undone(event: Event, names: Names) -> str:
    return _("%(name)s took a correction back") % {"name": names.member(event.by)}


def _put_on_wall(event: Event, names: Names) -> str:
    return _("%(name)s put praise on the wall") % {"name": names.member(event.by)}


def _taken_off_wall(event: Event, names: Names) -> str:
    return _("%(name)s took praise off the wall") % {"name": names.member(event.by)}


def _may_be_quoted(event: Event, names: Names) -> str:
    return _("%(name)s kept that it may be quoted") % {"name": names.member(event.by)}


def _not_to_be_quoted(event: Event, names: Names) -> str:
    return _("%(name)s kept that it may no longer be quoted") % {"name": names.member(event.by)}


_SENTENCES: dict[str, Callable[[Event, Names], str]] = {
    "conversation.reopened": _reopened,
    "conversation.status_changed": _status,
    "conversation.priority_changed": _priority,
    "conversation.assigned": _assigned,
    "conversation.given_to_team": _team,
    "conversation.tagged": _tagged,
    "conversation.untagged": _untagged,
    "conversation.joined": _joined,
    "conversation.taken_private": _taken_private,
    "message.corrected": _corrected,
    "message.correction_undone": _correction_undone,
    "message.outcome_set": _outcome,
    "praise.may_be_quoted": _may_be_quoted,
    "praise.not_to_be_quoted": _not_to_be_quoted,
    "praise.put_on_wall": _put_on_wall,
    "praise.taken_off_wall": _taken_off_wall,
    "reply.cancelled": _cancelled,
    "visitor.answered_by_mail": _mailed,
    "visitor.blocked": _blocked,
    "visitor.identified": _identified,
    "visitor.unblocked": _unblocked,
}


def describe_presence(present: list[Presence]) -> str:
    """Say who is here besides the reader: those who are replying before those who look."""
    replying = [one.member.name for one in present if one.present_as == PresentAs.REPLYING]
    if len(replying) == 1:
        return _("%(name)s is replying") % {"name": replying[0]}
    if replying:
        return _("%(names)s are replying") % {"names": ", ".join(replying)}
    if len(present) == 1:
        return _("%(name)s is looking at this") % {"name": present[0].member.name}
    return _("%(names)s are looking at this") % {"names": ", ".join(one.member.name for one in present)}
