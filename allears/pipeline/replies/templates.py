"""Ask about approved templates, and fill them. What is put into a gap is never read again."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext

from allears.connectors.interface import Template
from allears.connectors.words import mark
from allears.foundation.errors import NotVisible
from allears.foundation.text import index_text, index_words
from allears.foundation.workspaces.models import Member
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import brand_of_channel
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.replies.errors import CannotReply, HasGaps
from allears.pipeline.replies.models import TemplateShelf
from allears.pipeline.replies.queries import language_of

UNFILLABLE = mark("This template needs what All Ears can't fill, such as a picture. Choose another one.")
_GAP = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")


def templates_on(shelf: TemplateShelf) -> list[Template]:
    """Return the templates that are kept for a channel."""
    return [Template(**{**one, "gaps": tuple(one.get("gaps", ()))}) for one in shelf.found]


def find_template(channel: Channel, name: str, language: str) -> Template:
    """Return a channel's template. Raise NotVisible when it has none of this name and language."""
    shelf = TemplateShelf.objects.filter(channel=channel).first()
    for one in templates_on(shelf) if shelf else ():
        if (one.name, one.language) == (name, language):
            return one
    raise NotVisible


def templates_for(
    member: Member, conversation: Conversation, shelf: TemplateShelf, text: str = ""
) -> list[Template]:
    """List a channel's templates that hold all of these words: the customer's language first, then by name."""
    language = language_of(conversation, brand_of_channel(shelf.channel).language)
    wanted = list(index_words(text))
    found = [one for one in templates_on(shelf) if _holds(one, wanted)]
    return sorted(found, key=lambda one: (not one.language.startswith(language), one.name, one.language))


def _holds(template: Template, wanted: list[str]) -> bool:
    name = template.name.replace("_", " ")
    words = index_text(
        f"{name} {template.header} {template.body} {template.footer} {template.category}"
    ).split()
    return all(any(word.startswith(begun) for word in words) for begun in wanted)


def preview_of_template(template: Template, values: Mapping[str, str]) -> str:
    """Write a template as the customer will read it. Raise HasGaps, or CannotReply for one we can't fill."""
    if template.has_unfillable:
        raise CannotReply(gettext(UNFILLABLE))
    missing = [name for name in template.gaps if not values.get(name, "").strip()]
    if missing:
        raise HasGaps(gettext("Still to be filled in: %(gaps)s") % {"gaps": ", ".join(missing)})

    def fill(part: str) -> str:
        return _GAP.sub(lambda found: values.get(found[1], found[0]).strip(), part)

    parts = (fill(template.header), fill(template.body), template.footer)
    return "\n\n".join(part for part in parts if part)


def pieces_of(template: Template) -> list[tuple[str, str]]:
    """Cut a template's body at its gaps: words, and the name of the gap behind them ("" at the end)."""
    pieces, at = [], 0
    for found in _GAP.finditer(template.body):
        pieces.append((template.body[at : found.start()], found[1]))
        at = found.end()
    return [*pieces, (template.body[at:], "")]
