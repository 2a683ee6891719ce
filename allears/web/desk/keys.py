"""The keys of the desk: one table, drawn as the help sheet and read from it by `desk-keys.js`."""

from dataclasses import dataclass
from functools import cache

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Key:
    """Physical keys (`event.code`, "Shift+" before it, a sequence with spaces), what they do, how they look.

    One that is not told works, and has no line of its own on the sheet.
    """

    codes: str
    does: str
    label: str | Promise
    caps: tuple[str, ...]
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """Keys that belong together on the sheet."""

    label: str | Promise
    keys: tuple[Key, ...]


def _other_saved_views() -> list[Key]:
    """The second to the ninth: on the sheet the first one speaks for them."""
    return [Key(f"KeyG Digit{n}", f"go-saved-{n}", "", ("G", str(n)), is_told=False) for n in range(2, 10)]


KEYS = (
    KeyGroup(
        _("Move"),
        (
            Key("KeyJ", "next", _("Next conversation"), ("J",)),
            Key("KeyK", "previous", _("Previous conversation"), ("K",)),
            Key("Enter", "open", _("Open the conversation"), ("Enter",)),
            Key("KeyU", "back", _("Back to the queue"), ("U",)),
            Key("Slash", "search", _("Search"), ("/",)),
            Key("KeyF", "filter", _("Filter the list, or clear the filter"), ("F",)),
            Key("Escape", "leave", _("Back to where you were"), ("Esc",)),
        ),
    ),
    KeyGroup(
        _("Answer"),
        (
            Key("KeyR", "reply", _("Reply in place"), ("R",)),
            Key("KeyD", "private", _("Private message, away from the public"), ("D",)),
            Key("KeyN", "note", _("Note for the team"), ("N",)),
            Key("Mod+Slash", "saved-replies", _("Saved replies; in the reply also by /"), ("Ctrl", "/")),
            Key("Shift+KeyR", "draft-reply", _("Have a reply drafted by the language model"), ("Shift", "R")),
            Key("Shift+KeyS", "summarise", _("Have the conversation summed up"), ("Shift", "S")),
            Key("Shift+KeyT", "translate", _("Translate what the customer wrote"), ("Shift", "T")),
            Key("Mod+Enter", "send", _("Send, or add the note"), ("Ctrl", "Enter")),
            Key("Mod+Shift+Enter", "send-next", _("Send, solve, open the next"), ("Ctrl", "Shift", "Enter")),
        ),
    ),
    KeyGroup(
        _("Decide"),
        (
            Key("KeyM", "take", _("Take it"), ("M",)),
            Key("KeyA", "assign", _("Who has it"), ("A",)),
            Key("KeyS", "status", _("Status"), ("S",)),
            Key("KeyP", "priority", _("Priority"), ("P",)),
            Key("KeyT", "tag", _("Tag"), ("T",)),
            Key("KeyI", "accept-tag", _("Put the suggested tag on"), ("I",)),
            Key("Shift+KeyI", "dismiss-tag", _("The suggested tag does not fit"), ("Shift", "I")),
            Key("KeyE", "solve", _("Solve"), ("E",)),
            Key("Shift+KeyE", "solve-next", _("Solve and open the next"), ("Shift", "E")),
            Key("KeyL", "like", _("Like what the customer wrote last"), ("L",)),
            Key("Shift+KeyH", "hide", _("Hide it from others, or show it again"), ("Shift", "H")),
            Key("KeyC", "correct", _("How it was read, and correct it"), ("C",)),
            Key("KeyH", "thank", _("Thank for praise"), ("H",)),
            Key("KeyY", "no-reply", _("No reply needed"), ("Y",)),
        ),
    ),
    KeyGroup(
        _("Many at once"),
        (
            Key("KeyX", "select", _("Select, or let go"), ("X",)),
            Key("Shift+KeyX", "select-range", _("Select all between"), ("Shift", "X")),
            Key("Mod+KeyA", "select-page", _("Select all that are listed"), ("Ctrl", "A")),
            Key("Mod+KeyZ", "undo", _("Undo what the corner tells"), ("Ctrl", "Z")),
        ),
    ),
    KeyGroup(
        _("Go"),
        (
            Key("KeyG KeyI", "go-open", _("All open"), ("G", "I")),
            Key("KeyG KeyM", "go-mine", _("Mine"), ("G", "M")),
            Key("KeyG KeyU", "go-unassigned", _("Unassigned"), ("G", "U")),
            Key("KeyG KeyP", "go-pending", _("Pending"), ("G", "P")),
            Key("KeyG KeyH", "go-on-hold", _("On hold"), ("G", "H")),
            Key("KeyG KeyS", "go-solved", _("Solved"), ("G", "S")),
            Key("KeyG KeyA", "go-all", _("All"), ("G", "A")),
            Key("KeyG KeyC", "go-customers", _("Customers"), ("G", "C")),
            Key("KeyG Digit1", "go-saved-1", _("The first nine saved views"), ("G", "1…9")),
            *_other_saved_views(),
        ),
    ),
    KeyGroup(
        _("Layout"),
        (
            Key("BracketLeft", "rail", _("Rail with names, or only icons"), ("[",)),
            Key("BracketRight", "context", _("About the customer"), ("]",)),
            Key("Mod+KeyK", "palette", _("Every action and place, found by typing"), ("Ctrl", "K")),
            Key("Shift+Slash", "help", _("These keys"), ("?",)),
        ),
    ),
)


def draw_keys() -> SafeString:
    """Draw the help sheet, once in each language."""
    return _drawn_keys(get_language() or "")


@cache
def _drawn_keys(_language: str) -> SafeString:
    return render_to_string("desk/keys.html", {"keys": KEYS})
