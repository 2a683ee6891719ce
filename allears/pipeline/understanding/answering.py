"""What the heads say of a batch, in the words of a reading: one pass over each head, then one line a text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from allears.pipeline.understanding.heads import Chances, Head, Heads, yes_of
from allears.pipeline.understanding.reading import Intent, Sentiment, Urgency

# An alarm that is false more often than not is none; somewhat below a half, for a missed danger costs more.
ALARM = 0.45


_HARDLY = 0.3  # the chance of spam where somebody names what is theirs


class Answer(NamedTuple):
    """What the heads say of one text.

    `chances`: of yes, for every head that asks yes or no, and that it is critical.
    """

    chances: dict[str, float]
    sentiment: tuple[Sentiment, tuple[float, float, float]]
    intent: tuple[Intent, Mapping[Intent, float]]
    urgency: tuple[Urgency, float]
    is_praise: bool
    is_sensitive: bool


def answers_of(heads: Heads, sums: Chances) -> Iterator[Answer]:
    """Say for each text what the heads say, given their sums; a head that is not there says nothing."""
    yes = _yes(heads.heads, sums)
    praise, sensitive = (_sure(heads.heads, name) for name in ("praise", "sensitive"))
    rest = zip(
        yes,
        _sentiments(heads.heads.get("sentiment"), sums),
        _intents(heads.heads.get("intent"), sums),
        _urgencies(heads.heads.get("urgency"), sums, yes),
        strict=True,
    )
    for chances, sentiment, intent, urgency in rest:
        is_sensitive = chances.get("sensitive", 0.0) >= sensitive
        may_be = chances.get("praise", 0.0) >= praise and not is_sensitive
        is_praise = may_be and _only_praises(sentiment[0], intent[0])
        yield Answer(chances, sentiment, intent, urgency, is_praise, is_sensitive)


def but_no_spam(answer: Answer) -> Answer:
    """Take the likeliest intent but spam: who names a card or an account of their own is a customer."""
    kind, chances = answer.intent
    if kind != Intent.SPAM and answer.chances.get("spam", 0.0) < _HARDLY:
        return answer
    others = {intent: chance for intent, chance in chances.items() if intent != Intent.SPAM}
    said = {**answer.chances, "spam": min(answer.chances.get("spam", 0.0), _HARDLY)}
    likeliest = max(others, key=others.__getitem__, default=Intent.UNSURE) if kind == Intent.SPAM else kind
    return answer._replace(chances=said, intent=(likeliest, chances))


def _only_praises(sentiment: Sentiment, intent: Intent) -> bool:
    """Say whether nothing else that was read speaks against praise that asks nothing."""
    if sentiment == Sentiment.NEGATIVE:
        return False
    return intent == Intent.PRAISE or (
        sentiment == Sentiment.POSITIVE and intent in {Intent.CHATTER, Intent.UNSURE}
    )


def _yes(heads: Mapping[str, Head], sums: Chances) -> list[dict[str, float]]:
    """Give the chances of yes by the names of the heads, of all such heads in one step."""
    asked = [head for head in heads.values() if head.width == 1]
    if not asked:
        return [{} for _ in sums]
    slopes, biases = (
        np.concatenate(ones) for ones in zip(*((a.slopes, a.biases) for a in asked), strict=True)
    )
    scores = sums[:, [head.first for head in asked]] * slopes + biases
    names = [head.name for head in asked]
    return [dict(zip(names, row, strict=True)) for row in yes_of(scores).tolist()]


def _sure(heads: Mapping[str, Head], name: str) -> float:
    """Return from which chance on a head's yes is said; never without it."""
    return heads[name].sure if name in heads else 2.0


def _sentiments(head: Head | None, sums: Chances) -> Sequence[tuple[Sentiment, tuple[float, float, float]]]:
    if head is None:
        return [(Sentiment.UNSURE, (0.0, 0.0, 0.0))] * len(sums)
    kinds = [*map(Sentiment, head.labels), Sentiment.UNSURE]
    chances, best = _decided(head, sums)
    return [(kinds[at], (row[0], row[1], row[2])) for row, at in zip(chances, best, strict=True)]


def _intents(head: Head | None, sums: Chances) -> Sequence[tuple[Intent, Mapping[Intent, float]]]:
    if head is None:
        return [(Intent.UNSURE, {}) for _ in sums]
    labels = [*map(Intent, head.labels)]
    kinds = [*labels, Intent.UNSURE]
    chances, best = _decided(head, sums)
    return [(kinds[at], dict(zip(labels, row, strict=True))) for row, at in zip(chances, best, strict=True)]


def _urgencies(
    head: Head | None, sums: Chances, yes: Sequence[dict[str, float]]
) -> Sequence[tuple[Urgency, float]]:
    """Take the likeliest urgency; critical, which calls people away from all else, only from `ALARM` on."""
    if head is None:
        return [(Urgency.NORMAL, 0.5)] * len(sums)
    kinds = [Urgency[label.upper()] for label in head.labels]
    chances = head.chances(sums)
    critical = kinds.index(Urgency.CRITICAL)
    for said, chance in zip(yes, chances[:, critical].tolist(), strict=True):
        said["critical"] = chance
    chances[chances[:, critical] < ALARM, critical] = 0.0
    best = zip(chances.argmax(axis=1).tolist(), chances.max(axis=1).tolist(), strict=True)
    return [(kinds[at], chance) for at, chance in best]


def _decided(head: Head, sums: Chances) -> tuple[list[list[float]], list[int]]:
    """Return all chances, and the place of the likeliest label; one past the last when it is not sure enough."""
    chances = head.chances(sums)
    best, most = chances.argmax(axis=1), chances.max(axis=1).astype(np.float64)
    return chances.tolist(), np.where(most >= head.sure, best, len(head.labels)).tolist()
