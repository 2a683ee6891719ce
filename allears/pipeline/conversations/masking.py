"""Personal data hidden from those who need not see it. What is stored stays as it is; only what is shown is masked.

Lists show it masked to everyone (their previews are kept so); a conversation shows it to whoever may answer.
A class says which of its columns hold words in which it may stand: PERSONAL_TEXTS people wrote, PERSONAL_NAMES
say who somebody is, so that every long number in them is hidden, PERSONAL_PAGES are markup and left out whole.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.db.models import Model, QuerySet

from allears.foundation.workspaces.models import Member
from allears.pipeline.understanding.reading import Personal

if TYPE_CHECKING:
    from allears.pipeline.conversations.models import Conversation

Shown = TypeVar("Shown")
_HIDDEN = "•••"
_LONG_NUMBER = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){6,}")


def masked(text: str, found: Sequence[Personal] | None = None) -> str:
    """Return a text with the personal data in it hidden; `found` is where it stands, if that is known."""
    from allears.pipeline.understanding.personal import mask, personal_in

    return mask(text, personal_in(text) if found is None else found)


def masked_name(name: str) -> str:
    """Return a name, handle or address with the personal data in it hidden, and every number as long as a phone's.

    Of an address on the web in which something is hidden nothing is left: it would lead nowhere.
    """
    hidden = _LONG_NUMBER.sub(lambda found: f"{_HIDDEN}{found[0][-2:]}", masked(name))
    return "" if hidden != name and "://" in name else hidden


def text_for(member: Member, text: str) -> str:
    """Return a text as a member may see it."""
    return text if member.may_see_personal else masked(text)


def name_for(member: Member, name: str) -> str:
    """Return a name, handle or address as a member may see it."""
    return name if member.may_see_personal else masked_name(name)


def title_for(member: Member, conversation: "Conversation") -> str:
    """Return what a conversation is about, or whose it is, as a member may see it."""
    return text_for(member, conversation.subject) or name_for(member, conversation.customer.name)


def shown_to(member: Member, given: Shown) -> Shown:
    """Return rows, and whatever holds rows, as a member may see them.

    Rows are changed in hand where something is hidden, and are not to be saved after that.
    """
    return given if member.may_see_personal else cast("Shown", _hidden(given, set()))


def _hidden(value: Any, done: set[int]) -> Any:
    """Hide what stands in a value: rows of tables in place, all else in a copy."""
    if isinstance(value, Model):
        if id(value) not in done:
            done.add(id(value))
            _hide_in_row(value, done)
        return value
    if isinstance(value, QuerySet):
        for one in value if issubclass(value.model, Model) and _holds(value.model) else ():
            _hidden(one, done)
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return _hidden_copy(value, done)
    if type(value) is dict:
        return {key: _hidden(one, done) for key, one in value.items()}
    if type(value) in {list, tuple}:
        return type(value)(_hidden(one, done) for one in value)
    return value


def _holds(kind: type) -> bool:
    return hasattr(kind, "PERSONAL_TEXTS") or hasattr(kind, "PERSONAL_NAMES")


def _hide_in_row(row: Model, done: set[int]) -> None:
    row.__dict__.update(_words_hidden(row, row.__dict__))
    for other in row._state.fields_cache.values():
        _hidden(other, done)


def _hidden_copy(value: Any, done: set[int]) -> Any:
    """Copy a dataclass if anything in it is hidden."""
    given = {one.name: getattr(value, one.name) for one in fields(value) if one.init}
    shown = {name: _hidden(one, done) for name, one in given.items()} | _words_hidden(value, given)
    changed = {name: one for name, one in shown.items() if one is not given[name]}
    return replace(value, **changed) if changed else value


def _nothing(_markup: str) -> str:
    return ""


_KINDS = ((masked, "PERSONAL_TEXTS"), (masked_name, "PERSONAL_NAMES"), (_nothing, "PERSONAL_PAGES"))


def _words_hidden(of: object, given: dict[str, Any]) -> dict[str, Any]:
    """Return the words of a row that are shown otherwise, by name."""
    return {
        name: _each(hide, given[name])
        for hide, told in _KINDS
        for name in getattr(of, told, ())
        if given.get(name)
    }


def _each(hide: Any, words: str | Iterable[str]) -> str | list[str]:
    return hide(words) if isinstance(words, str) else [hide(one) for one in words]
