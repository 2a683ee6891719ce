"""Hold personal data back from the model: a placeholder goes out, and what it stands for is put back.

A card, an account or a passport comes back by its last four characters only.
"""

import re

from allears.pipeline.understanding.personal import personal_in
from allears.pipeline.understanding.reading import PersonalKind

_PLACEHOLDER = re.compile(rf"\[({'|'.join(kind.name for kind in PersonalKind)})_(\d{{1,4}})\]")
_SECRET = {PersonalKind.CARD.name, PersonalKind.IBAN.name, PersonalKind.PASSPORT.name}


class Veil:
    """What was held back from one call. The same number has the same placeholder in all of its texts."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self._values: dict[str, str] = {}

    def hide(self, text: str) -> str:
        """Return a text with a placeholder for each piece of personal data, such as [EMAIL_1]."""
        parts, at = [], 0
        for found in sorted(personal_in(text), key=lambda one: one.start):
            if found.start < at:
                continue
            parts += [text[at : found.start], self._name(found.kind.name, text[found.start : found.end])]
            at = found.end
        return "".join([*parts, text[at:]])

    def lift(self, text: str) -> str:
        """Put back what placeholders stand for; one that we did not make stays as it is."""
        return _PLACEHOLDER.sub(lambda found: self._shown(found[0], found[1]), text)

    def _name(self, kind: str, value: str) -> str:
        held = kind, "".join(value.split())
        if held not in self._names:
            number = sum(1 for known, _ in self._names if known == kind) + 1
            self._names[held] = f"[{kind}_{number}]"
            self._values[self._names[held]] = value
        return self._names[held]

    def _shown(self, placeholder: str, kind: str) -> str:
        value = self._values.get(placeholder, placeholder)
        return f"…{value[-4:]}" if kind in _SECRET and value != placeholder else value
