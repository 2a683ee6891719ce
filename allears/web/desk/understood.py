"""How a message was read, as the desk shows it: a word or two beside it, everything on demand."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from allears.pipeline.conversations.queries.names import Message
from allears.pipeline.conversations.queries.understood import (
    CHOICES,
    Correction,
    MessageReading,
    Question,
    answer_in,
    corrections_of,
    unpack_chances,
    words_that_moved,
)
from allears.pipeline.conversations.texts import is_turned_to_us
from allears.pipeline.understanding.reading import Advice, Intent, Sentiment, Urgency
from allears.web.ui.reading_words import ADVICES, ASKING, INTENTS, MOODS, URGENCIES, Word, reason_words

_URGENCIES = {Urgency(value).name.lower(): word for value, word in URGENCIES.items()}
WORDS: Mapping[str, Mapping[str, Word]] = {
    Question.SENTIMENT: MOODS,
    Question.INTENT: INTENTS,
    Question.URGENCY: _URGENCIES,
    Question.ASKS: ASKING,
    Question.ADVICE: ADVICES,
}
_EXPLAINED = (Question.SENTIMENT, Question.INTENT, Question.URGENCY)
_MOST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Chip:
    """What stands beside a message: an icon and a few words; `advice` on what was not said to us."""

    icon: str
    words: str
    advice: Word | None
    is_corrected: bool
    tone: str


def draw_chip(message: Message, reading: MessageReading | None) -> Chip | None:
    """Say in a few words how a message was read."""
    if reading is None:
        return None
    words = _telling_words(reading) or [MOODS[reading.sentiment]]
    return Chip(
        words[0].icon,
        " · ".join(str(word.label) for word in words),
        ADVICES[reading.advice] if _is_advised(message) and reading.advice == Advice.STEP_IN else None,
        reading.is_corrected,
        URGENCIES[reading.urgency].tone,
    )


def _telling_words(reading: MessageReading) -> list[Word]:
    """List what is worth telling of a reading: no mood that is none, nothing that is not sure, no usual urgency."""
    words = []
    if reading.sentiment not in {Sentiment.UNSURE, Sentiment.NEUTRAL}:
        words.append(MOODS[reading.sentiment])
    if reading.intent != Intent.UNSURE:
        words.append(INTENTS[reading.intent])
    if reading.urgency >= Urgency.HIGH:
        words.append(URGENCIES[reading.urgency])
    return words


def version_of(reading: MessageReading | None) -> str:
    """Name the state in which a reading is drawn."""
    if reading is None:
        return ""
    answers = "".join(answer_in(reading, question)[:3] for question in Question)
    return f"{answers}{reading.is_corrected:d}"


def _is_advised(message: Message) -> bool:
    """Say whether stepping in is a question at all: it is public, and nobody turned to us."""
    return message.visibility == "public" and not is_turned_to_us(message.item)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that can be chosen."""

    value: str
    word: Word
    is_chosen: bool
    percent: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its answers, what moved it, and who corrected it."""

    name: str
    label: str | Promise
    answers: list[Answer]
    words: list[str]
    said: Correction | None
    reasons: list[str]


def draw_questions(message: Message, reading: MessageReading) -> list[Asked]:
    """Say of a message what was read, how sure that is, why, and what it can be corrected to."""
    said = corrections_of(message)
    chances = unpack_chances(reading.chances)
    return [
        Asked(
            question,
            Question(question).label,
            _answers(question, reading, chances),
            _words(message, question) if question in _EXPLAINED and question not in said else [],
            said.get(question),
            _reasons(question, reading),
        )
        for question in Question
        if question != Question.ADVICE or message.visibility == "public"
    ]


def _reasons(question: str, reading: MessageReading) -> list[str]:
    """Say in sentences why an advice is as it is, and what was learned from people."""
    codes = [str(code) for code, _for, _chance in reading.reasons]
    said = [_("Somebody corrected words like these before.")] if f"learned:{question}" in codes else []
    if question == Question.ADVICE:
        said += [reason_words(code) for code in codes if not code.startswith("learned:")]
    return said


def _answers(question: str, reading: MessageReading, chances: Mapping[str, float]) -> list[Answer]:
    chosen = answer_in(reading, question)
    return [
        Answer(value, WORDS[question][value], value == chosen, _percent(question, value, reading, chances))
        for value in CHOICES[question]
    ]


def _percent(question: str, value: str, reading: MessageReading, chances: Mapping[str, float]) -> int | None:
    """Say how sure the models were of an answer, where they tell."""
    if question in {Question.SENTIMENT, Question.INTENT}:
        chance = chances.get(value)
    elif question == Question.ASKS and "asks" in chances:
        chance = chances["asks"] if value == "yes" else 1 - chances["asks"]
    elif question == Question.URGENCY and value == answer_in(reading, question):
        chance = chances.get("urgency")
    else:
        chance = None
    return None if chance is None else round(chance * 100)


def _words(message: Message, question: str) -> list[str]:
    moved = words_that_moved(message, question)
    return list(dict.fromkeys(words for words, weight in moved if weight > 0))[:_MOST_WORDS]


def corrected_words(question: str, answer: str) -> str:
    """Say what something was corrected to."""
    facts = {"question": Question(question).label, "answer": WORDS[question][answer].label}
    return _("%(question)s: %(answer)s") % facts


def said_answer(facts: Mapping[str, object]) -> str:
    """Say the answer that an event of a correction tells."""
    question, answer = str(facts.get("question", "")), str(facts.get("after", ""))
    return corrected_words(question, answer) if answer in WORDS.get(question, {}) else answer
