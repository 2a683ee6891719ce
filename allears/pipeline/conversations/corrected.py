"""What a correction may say, and what a reading is by it."""

from collections.abc import Mapping

from allears.pipeline.conversations.models import MessageReading, Question
from allears.pipeline.understanding.reading import Advice, Intent, Sentiment, Urgency

YES, NO = "yes", "no"
# What each question may be answered with; "not sure" is no correction.
CHOICES: Mapping[str, tuple[str, ...]] = {
    Question.SENTIMENT: tuple(str(one) for one in Sentiment if one != Sentiment.UNSURE),
    Question.INTENT: tuple(str(one) for one in Intent if one != Intent.UNSURE),
    Question.URGENCY: tuple(one.name.lower() for one in reversed(Urgency)),
    Question.ASKS: (YES, NO),
    Question.ADVICE: tuple(str(one) for one in Advice),
}


def answer_in(reading: MessageReading, question: str) -> str:
    """Say in words what a reading answers to a question."""
    if question == Question.URGENCY:
        return Urgency(reading.urgency).name.lower()
    if question == Question.ASKS:
        return YES if reading.asks else NO
    return str(getattr(reading, question))


def correct_reading(reading: MessageReading, question: str, answer: str) -> None:
    """Put a person's answer in the place of what was read."""
    if question == Question.URGENCY:
        reading.urgency = Urgency[answer.upper()]
    elif question == Question.ASKS:
        reading.asks = answer == YES
    else:
        setattr(reading, question, answer)
    if question == Question.INTENT and answer == Intent.PRAISE:
        reading.asks = False
    if question in {Question.INTENT, Question.ASKS, Question.SENTIMENT}:
        is_glad = reading.sentiment != Sentiment.NEGATIVE
        reading.is_praise = reading.intent == Intent.PRAISE and not reading.asks and is_glad
