"""What the command palette offers: the keys' actions, verbs on the open conversation, and places.

Each has its English words among those it is found by, whatever the language of the page.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from allears.foundation.workspaces.queries import Member, active_members_of, teams_of
from allears.pipeline.conversations.queries.names import Priority, Status
from allears.pipeline.conversations.queries.saved_views import visible_saved_views
from allears.pipeline.conversations.queries.tags import used_tags
from allears.web.desk.keys import KEYS, Key
from allears.web.ui.rail import ACCOUNT, LINKS, VIEWS, place_of
from allears.web.ui.tabs import TABS

# What these need to make sense, where it is not an element that bears the key.
NEEDS = {"next": ".row > a", "previous": ".row > a", "help": "desk-keys"}
# They mean where one stands just now, which nobody does who is in the palette.
LEFT_OUT = {"leave", "open", "send", "send-next", "palette"}
ANSWERING = {
    "reply",
    "private",
    "note",
    "saved-replies",
    "like",
    "hide",
    "correct",
    "take",
    "assign",
    "status",
    "priority",
    "tag",
    "solve",
}
ICONS = {
    "reply": "reply",
    "private": "lock",
    "like": "like",
    "hide": "hide",
    "correct": "edit",
    "note": "note",
    "saved-replies": "saved",
    "take": "take",
    "assign": "assign",
    "priority": "priority",
    "tag": "tag",
    "solve": "check",
    "solve-next": "check",
    "no-reply": "no-reply",
    "previous": "arrow-left",
    "search": "search",
    "filter": "filter",
    "back": "arrow-left",
    "rail": "pane",
    "context": "person",
    "help": "help",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One line of the palette: an action by its key's name, a verb that is posted, or a place."""

    id: str
    label: str | Promise
    icon: str = "arrow-right"
    find: str = ""
    caps: tuple[str, ...] = ()
    does: str = ""
    needs: str = ""
    post: str = ""
    name: str = ""
    value: str = ""
    url: str = ""


def commands_for(member: Member) -> list[tuple[str, list[Command]]]:
    """List what a member may do and go to, in groups."""
    groups = [
        (_("Do"), list(_actions(member))),
        (_("Go to"), list(_places(member))),
        (_("With this conversation"), list(_verbs(member)) if member.may_answer else []),
    ]
    return [(label, commands) for label, commands in groups if commands]


def _in_english(label: str | Promise) -> str:
    with override("en"):
        return str(label)


def _actions(member: Member) -> Iterator[Command]:
    for group in KEYS:
        for key in group.keys:
            if _is_an_action(key) and (member.may_answer or key.does not in ANSWERING):
                yield Command(
                    id=f"do-{key.does}",
                    label=key.label,
                    icon=ICONS.get(key.does, "arrow-right"),
                    find=f"{_in_english(key.label)} {key.does}",
                    caps=key.caps,
                    does=key.does,
                    needs=NEEDS.get(key.does, ""),
                )
    yield from _elements(member)


def _elements(member: Member) -> Iterator[Command]:
    """What has no key of its own, but an element that does it."""
    if member.may_answer:
        find = "whatsapp approved templates window"
        label = gettext_lazy("Send an approved template")
        yield Command(id="do-templates", label=label, icon="template", find=find, does="templates")
    find = "print paper pdf"
    yield Command(id="do-print", label=gettext_lazy("Print"), icon="printer", find=find, does="print")
    if member.may_answer:
        find = "merge customers duplicate"
        label = gettext_lazy("Merge this customer with another")
        yield Command(id="do-merge", label=label, icon="merge", find=find, does="merge")
    label = gettext_lazy("All about this customer")
    find = "customer profile person notes"
    yield Command(id="do-customer", label=label, icon="customers", find=find, does="customer")


def _is_an_action(key: Key) -> bool:
    return key.is_told and key.does not in LEFT_OUT and not key.does.startswith("go-")


def _places(member: Member) -> Iterator[Command]:
    keys = {key.does: key.caps for group in KEYS for key in group.keys}
    saved = [place_of(view) for view in visible_saved_views(member)]
    for place in (*VIEWS, *saved, LINKS[0]):
        yield Command(
            id=f"go-{place.name}",
            label=place.label,
            icon=place.icon,
            find=f"{_in_english(place.label)} go view",
            caps=keys.get(f"go-{place.name}", ()),
            url=place.url,
        )
    for tab in TABS:
        if tab.may_open(member):
            label = f"{_('Settings')}: {tab.label}"
            find = f"settings {_in_english(tab.label)}"
            yield Command(id=f"go-{tab.name}", label=label, icon=tab.icon, find=find, url=reverse(tab.name))
    find = "my account profile language theme password"
    yield Command(id="go-account", label=_("My account"), icon="person", find=find, url=ACCOUNT)


def _verbs(member: Member) -> Iterator[Command]:
    assign, status = (
        "/desk/conversations/{conversation}/assign/",
        "/desk/conversations/{conversation}/status/",
    )
    for one in active_members_of(member.workspace_id):
        if one.may_answer:
            label = _("Give it to %(name)s") % {"name": one.name}
            yield _verb(
                f"assign-{one.id}", label, "assign", f"assign to {one.name}", (assign, "assignee", one.id)
            )
    yield _verb("assign-", _("Let nobody have it"), "unassigned", "unassign nobody", (assign, "assignee", ""))
    for team in teams_of(member):
        label = _("Give it to the team %(name)s") % {"name": team.name}
        yield _verb(f"team-{team.id}", label, "team", f"assign team {team.name}", (assign, "team", team.id))
    for value, name in Status.choices:
        if value != Status.NEW:
            label = _("Status: %(name)s") % {"name": name}
            english = f"status {_in_english(Status(value).label)}"
            yield _verb(f"status-{value}", label, "solve", english, (status, "status", value))
    yield from _priorities()
    for tag in used_tags(member):
        label = _("Tag: %(name)s") % {"name": tag.name}
        place = ("/desk/conversations/{conversation}/tags/", "add", tag.id)
        yield _verb(f"tag-{tag.id}", label, "tag", f"tag {tag.name}", place)


def _priorities() -> Iterator[Command]:
    for value, name in Priority.choices:
        label = _("Priority: %(name)s") % {"name": name}
        place = ("/desk/conversations/{conversation}/priority/", "priority", value)
        english = f"priority {_in_english(Priority(value).label)}"
        yield _verb(f"priority-{value}", label, "priority", english, place)


def _verb(id_: str, label: str, icon: str, find: str, place: tuple[str, str, object]) -> Command:
    post, name, value = place
    return Command(id=id_, label=label, icon=icon, find=find, post=post, name=name, value=str(value))
