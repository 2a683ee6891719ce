"""Choose a thank-you that was not heard before: not that day by anyone, nor by half in that thread."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Q

from allears.foundation.clock import now
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.people.first_names import first_name_of
from allears.pipeline.praise.errors import NoThanksLeft
from allears.pipeline.praise.models import Thanks
from allears.pipeline.praise.thanks import SPOKEN, Words, words_of_thanks
from allears.pipeline.replies.filling import Filler, gaps_in
from allears.pipeline.replies.models import SavedReply
from allears.pipeline.replies.queries import visible_saved_replies

SAVED = "saved:"


@dataclass(frozen=True, slots=True)
class Said:
    """What was said already: pairs of halves today, pairs and halves in this thread."""

    today: frozenset[tuple[str, str]]
    here: frozenset[tuple[str, str]]

    def is_new(self, words: Words) -> bool:
        """Say whether these words were said neither today nor here."""
        pair = (words.opening, words.closing)
        return pair not in self.today and pair not in self.here

    def is_new_by_half(self, words: Words) -> bool:
        """Say whether not even a half of them was said here."""
        halves = {half for pair in self.here for half in pair if half}
        return self.is_new(words) and not halves & {words.opening, words.closing}


def choose_thanks(member: Member, conversation: Conversation, post_id: int | None) -> Words:
    """Choose words for a conversation, under a post where it stands under one: the team's own ones go first.

    Raise NoThanksLeft when all were said.
    """
    said = _said_before(conversation, post_id, today_of(member))
    own = [one for one in _own_words(member, conversation) if said.is_new(one)]
    ours = [one for one in _our_words(member, conversation) if said.is_new(one)]
    fresh = [one for one in [*own, *ours] if said.is_new_by_half(one)]
    for words in [*fresh, *own, *ours]:
        return words
    raise NoThanksLeft


def today_of(member: Member) -> date:
    """Return the day it is by the workspace's clock."""
    return now().astimezone(ZoneInfo(member.workspace.time_zone)).date()


def _said_before(conversation: Conversation, post_id: int | None, day: date) -> Said:
    here = Q(conversation=conversation.id)
    if post_id:
        here |= Q(post=post_id)
    mine = Thanks.objects.filter(workspace=conversation.workspace_id)
    pairs = [
        frozenset(rows.values_list("opening", "closing"))
        for rows in (mine.filter(day=day), mine.filter(here))
    ]
    return Said(*pairs)


def _our_words(member: Member, conversation: Conversation) -> Iterator[Words]:
    brand = Filler(member, conversation).brand
    language = conversation.language if conversation.language in SPOKEN else brand.language
    return words_of_thanks(language, first_name_of(conversation.customer_name), conversation.id)


def _own_words(member: Member, conversation: Conversation) -> Iterator[Words]:
    """Fill the saved replies that may thank, in the customer's language or for any, the least used first."""
    filler = Filler(member, conversation)
    for saved_reply in _saved_thanks(member, conversation, filler.brand.id):
        text = filler.fill(saved_reply)
        if not gaps_in(text):
            yield Words(f"{SAVED}{saved_reply.id}", "", text)


def _saved_thanks(member: Member, conversation: Conversation, brand_id: int) -> Iterable[SavedReply]:
    found = visible_saved_replies(member).filter(is_thanks=True, language__in=["", conversation.language])
    found = found.filter(Q(brand__isnull=True) | Q(brand=brand_id))
    return found.order_by("used_count", "id")[:200]


def saved_reply_in(words: Words) -> list[int]:
    """Return the id of the saved reply that the words are, if they are one."""
    return [int(words.opening.removeprefix(SAVED))] if words.opening.startswith(SAVED) else []
