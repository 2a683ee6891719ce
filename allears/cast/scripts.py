"""Read the stories from their files, which are written like plays: who does what, when, and the words.

=== teddy | app | Sinead Burke <sinead@inbox.example> | Subject, or: below <key>
@ 1h45                          the customer writes, so long ago (steps.py tells all forms)
@ +2m | file scarf.png          with a file; or: html, automatic, bounce, page /path · Title
@ +8m | theo answers, wait      a colleague does something (acting.py tells what)
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from allears.cast.people import COLLEAGUES, Person
from allears.cast.steps import Step, Story

FOLDER = Path(__file__).parent / "stories"
_COLLEAGUES = {colleague.key: colleague for colleague in COLLEAGUES}


@cache
def read_stories(*names: str) -> tuple[Story, ...]:
    """Read the stories of some files, in the order they stand there."""
    return tuple(story for name in names for story in _stories((FOLDER / f"{name}.txt").read_text("utf-8")))


def _stories(text: str) -> Iterator[Story]:
    for part in text.split("=== ")[1:]:
        head, _, rest = part.partition("\n")
        key, via, author, *more = (word.strip() for word in head.split(" | "))
        last = more[0] if more else ""
        is_below = last.startswith("below ")
        yield Story(
            key=key,
            by=_person(author),
            via=via,
            steps=tuple(_step(step) for step in f"\n{rest}".split("\n@ ")[1:]),
            subject="" if is_below else last,
            below=last.removeprefix("below ") if is_below else "",
        )


def _person(author: str) -> Person:
    name, _, address = author.rpartition("<")
    return Person(name.strip(), address.rstrip(">"))


def _step(part: str) -> Step:
    head, _, text = part.partition("\n")
    when, *acts = (word.strip() for word in head.split("|"))
    file = next((act.removeprefix("file ") for act in acts if act.startswith("file ")), "")
    act = next((act for act in acts if not act.startswith("file ")), "")
    colleague = _COLLEAGUES.get(act.split(" ")[0])
    if colleague is None:
        return Step(when, None, "says", act, text.strip(), file)
    verb, _, how = act.removeprefix(f"{colleague.key} ").partition(" ")
    return Step(when, colleague, verb.rstrip(",:"), how.strip(), text.strip(), file)
