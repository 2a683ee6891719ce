"""What the readings of a customer's messages come to on their conversation: plain rules, no statement.

Of all they said since they wait: the highest urgency, the strongest advice, praise only if all of it is,
and an answer asked for if any of it asks. The mood, the language and the intent are those of the newest
words that tell one, so that "hello?" after a complaint leaves it a complaint.
"""

from collections.abc import Iterable

from allears.pipeline.conversations.models import Conversation, MessageReading
from allears.pipeline.understanding.reading import Advice, Intent, PersonalKind, Reading, Sentiment

READ_COLUMNS = (
    "language",
    "sentiment",
    "intent",
    "urgency",
    "asks",
    "is_praise",
    "advice",
    "has_personal",
    "copies",
)
# An answer is due to none of these by itself.
_TELLS_LITTLE = {Intent.CHATTER, Intent.UNSURE, Intent.PRAISE}
_STRENGTH = {Advice.STEP_IN: 2, Advice.WATCH: 1, Advice.LEAVE: 0}
_KEPT_INTENTS = [one for one in Intent if one != Intent.UNSURE]


def fold_in(conversation: Conversation, reading: MessageReading, *, is_first: bool) -> None:
    """Let what was read in newer words count on a conversation; `is_first`: nothing waited before them."""
    conversation.language = reading.language or conversation.language
    conversation.has_personal = conversation.has_personal or has_secrets(reading.personal)
    conversation.copies = reading.copies or conversation.copies
    if is_first or reading.sentiment != Sentiment.UNSURE:
        conversation.sentiment = reading.sentiment
    if is_first:
        conversation.urgency, conversation.asks = reading.urgency, reading.asks
        conversation.intent, conversation.advice = reading.intent, reading.advice
        conversation.is_praise = reading.is_praise
        return
    conversation.urgency = max(conversation.urgency, reading.urgency)
    conversation.asks = conversation.asks or reading.asks
    conversation.is_praise = conversation.is_praise and reading.is_praise
    if reading.intent not in _TELLS_LITTLE or conversation.intent in _TELLS_LITTLE | {""}:
        conversation.intent = reading.intent
    if strength(reading.advice) >= strength(conversation.advice):
        conversation.advice = reading.advice


def fold_all(conversation: Conversation, readings: Iterable[MessageReading]) -> None:
    """Compute anew what readings come to, oldest first: those of what waits, or of the newest words."""
    for place, reading in enumerate(readings):
        fold_in(conversation, reading, is_first=place == 0)


def strength(advice: str) -> int:
    """Say how strong an advice is; none is weaker than any."""
    return _STRENGTH.get(Advice(advice), -1) if advice else -1


def has_secrets(personal: Iterable[list[object]]) -> bool:
    """Say whether there is anything among pieces of personal data that is masked; an order number is not."""
    return any(kind != PersonalKind.ORDER for kind, *_ in personal)


def columns_of(reading: Reading) -> dict[str, object]:
    """Give the columns of a reading's row."""
    return {
        "version": reading.version[:40],
        "language": reading.language[:8],
        "sentiment": str(reading.sentiment),
        "intent": str(reading.intent),
        "asks": reading.asks,
        "urgency": int(reading.urgency),
        "is_praise": reading.is_praise,
        "is_sensitive": reading.is_sensitive,
        "advice": str(reading.advice),
        "chances": pack_chances(reading),
        "reasons": [[one.code, str(one.speaks_for), round(one.chance * 100)] for one in reading.reasons],
        "personal": [[str(one.kind), one.start, one.end] for one in reading.personal],
        "sketch": reading.sketch.hex(),
    }


def pack_chances(reading: Reading) -> str:
    """Write chances as two hexadecimal digits each (255 is certain), in the order `unpack_chances` tells."""
    chances = [reading.language_chance, *reading.sentiment_chances]
    chances += [reading.intent_chances.get(intent, 0.0) for intent in _KEPT_INTENTS]
    chances += [reading.asks_chance, reading.urgency_chance]
    return bytes(min(255, max(0, round(chance * 255))) for chance in chances).hex()


def unpack_chances(packed: str) -> dict[str, float]:
    """Read what `pack_chances` wrote: chances (0 to 1) by name."""
    values = [byte / 255 for byte in bytes.fromhex(packed)]
    return dict(zip(_CHANCES, values, strict=False))


_CHANCES = ("language", "negative", "neutral", "positive", *map(str, _KEPT_INTENTS), "asks", "urgency")
