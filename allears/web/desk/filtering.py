"""The filter bar: what can be asked of a list, what is asked now, and how it is taken back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from allears.foundation.workspaces.queries import Member, active_members_of, teams_of
from allears.pipeline.channels.queries import channels_of
from allears.pipeline.conversations.queries.filter_words import UNKNOWN
from allears.pipeline.conversations.queries.filters import ME, NOBODY, as_mapping
from allears.pipeline.conversations.queries.names import Priority, Status
from allears.pipeline.conversations.queries.saved_views import Order, may_change_view
from allears.pipeline.conversations.queries.tags import tags_of_workspace
from allears.pipeline.understanding.reading import Urgency
from allears.web.desk.sights import Sight
from allears.web.ui.reading_words import (
    ADVICES,
    INTENTS,
    LANGUAGES,
    MOODS,
    URGENCIES,
    Word,
    language_label,
)

_Label = str | Promise
_SINGLE = {"waiting_longer_than", "asks", "praise", "personal"}
_WAITS = ("1h", "4h", "1d", "3d", "7d")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a part, and whether it is asked."""

    value: str
    label: _Label
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FilterPart:
    """One part of the bar: a name of the filter's language, with what can be chosen; `said` sums it up."""

    name: str
    label: _Label
    choices: list[Choice]

    @property
    def is_single(self) -> bool:
        """Whether one value only makes sense, so that there must be a way to none."""
        return self.name in _SINGLE

    @property
    def said(self) -> str:
        chosen = [str(choice.label) for choice in self.choices if choice.is_chosen]
        return f"{chosen[0]} +{len(chosen) - 1}" if len(chosen) > 1 else "".join(chosen)


@dataclass(frozen=True, slots=True)
class FilterBar:
    """The bar as it is drawn."""

    parts: list[FilterPart]
    text: str
    orders: list[Choice]
    kept: list[tuple[str, str]]
    may_save: bool
    may_change: bool


def draw_filter_bar(member: Member, sight: Sight) -> FilterBar:
    """Say what can be asked of a list, with what is asked chosen."""
    asked = as_mapping(sight.shown)
    parts = [
        _part("status", _("Status"), Status.choices, asked),
        _part("assignee", _("Who has it"), _people(member), asked),
        _part("tag", _("Tag"), _tags(member), asked),
        _part("team", _("Team"), _teams(member), asked),
        _part("channel", _("Channel"), [(one.id, one.name) for one in channels_of(member)], asked),
        _part("priority", _("Priority"), [(one.name.lower(), one.label) for one in Priority], asked),
        *_reading_parts(asked),
        _part(
            "waiting_longer_than", _("Waits longer than"), [(wait, _length(wait)) for wait in _WAITS], asked
        ),
    ]
    known = {part.name for part in parts} | {"text"}
    kept = [(name, value) for name, values in asked.items() if name not in known for value in values]
    saved = sight.view.saved
    return FilterBar(
        parts=[part for part in parts if part.choices],
        text=sight.shown.text,
        orders=[Choice(value, label, value == sight.scope.shown_order) for value, label in Order.choices],
        kept=kept,
        may_save=sight.whole is not None,
        may_change=bool(saved and sight.is_edited and may_change_view(member, saved)),
    )


def _reading_parts(asked: dict[str, list[str]]) -> list[FilterPart]:
    """What can be asked of what understanding made of it."""
    yes_or_no = [("yes", _("Yes")), ("no", _("No"))]
    urgencies = [(Urgency(value).name.lower(), word.label) for value, word in URGENCIES.items()]
    languages = [(code, language_label(code)) for code in LANGUAGES]
    return [
        _part("urgency", _("Urgency"), urgencies, asked),
        _part("intent", _("Intent"), _labels(INTENTS), asked),
        _part("sentiment", _("Mood"), _labels(MOODS), asked),
        _part("asks", _("Asks for an answer"), yes_or_no, asked),
        _part("praise", _("Praise only"), yes_or_no, asked),
        _part("advice", _("Advice"), _labels(ADVICES), asked),
        _part("personal", _("Personal data"), yes_or_no, asked),
        _part("language", _("Language"), [*languages, (UNKNOWN, language_label(""))], asked),
    ]


def _labels(words: Mapping[str, Word]) -> list[tuple[object, _Label]]:
    return [(str(value), word.label) for value, word in words.items()]


def _part(
    name: str, label: str, choices: Iterable[tuple[object, _Label]], asked: dict[str, list[str]]
) -> FilterPart:
    chosen = asked.get(name, [])
    drawn = [Choice(str(value), label, str(value) in chosen) for value, label in choices]
    strange = [value for value in chosen if value not in {choice.value for choice in drawn}]
    return FilterPart(name, label, [*drawn, *(Choice(value, _("no longer here"), True) for value in strange)])


def _people(member: Member) -> list[tuple[object, _Label]]:
    others = [one for one in active_members_of(member.workspace_id) if one.may_answer and one.id != member.id]
    return [(ME, _("Me")), (NOBODY, _("Nobody")), *((one.id, one.name) for one in others)]


def _tags(member: Member) -> list[tuple[object, _Label]]:
    tags = [(tag.id, tag.name) for tag in tags_of_workspace(member.workspace_id)]
    return [*tags, (NOBODY, _("No tag"))] if tags else []


def _teams(member: Member) -> list[tuple[object, _Label]]:
    teams = [(team.id, team.name) for team in teams_of(member)]
    return [*teams, (NOBODY, _("No team"))] if teams else []


def _length(wait: str) -> str:
    number, unit = int(wait[:-1]), wait[-1]
    return _("%(count)d h") % {"count": number} if unit == "h" else _("%(count)d d") % {"count": number}
