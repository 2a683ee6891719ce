"""What understanding says, as people read it: a word and an icon for each answer, and each reason in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from allears.pipeline.understanding.reading import Advice, Intent, Sentiment, Urgency

NOT_SURE = gettext_lazy("Not sure")


@dataclass(frozen=True, slots=True)
class Word:
    """An answer in a word, with its icon and the tone of a badge."""

    label: str | Promise
    icon: str
    tone: str = ""


MOODS: Mapping[str, Word] = {
    Sentiment.NEGATIVE: Word(pgettext_lazy("mood", "Unhappy"), "mood-bad", "warm"),
    Sentiment.NEUTRAL: Word(pgettext_lazy("mood", "Neutral"), "mood-plain"),
    Sentiment.POSITIVE: Word(pgettext_lazy("mood", "Happy"), "mood-good", "good"),
    Sentiment.UNSURE: Word(NOT_SURE, "unknown"),
}
INTENTS: Mapping[str, Word] = {
    Intent.QUESTION: Word(pgettext_lazy("intent", "Question"), "help"),
    Intent.COMPLAINT: Word(pgettext_lazy("intent", "Complaint"), "alert", "warm"),
    Intent.REQUEST: Word(pgettext_lazy("intent", "Request"), "reply"),
    Intent.PRAISE: Word(pgettext_lazy("intent", "Praise"), "praise", "good"),
    Intent.CHATTER: Word(pgettext_lazy("intent", "Chatter"), "comments"),
    Intent.SPAM: Word(pgettext_lazy("intent", "Spam"), "no-reply"),
    Intent.UNSURE: Word(NOT_SURE, "unknown"),
}
URGENCIES: Mapping[int, Word] = {
    Urgency.CRITICAL: Word(pgettext_lazy("urgency", "Critical"), "alert", "hot"),
    Urgency.HIGH: Word(pgettext_lazy("urgency", "Pressing"), "clock", "warm"),
    Urgency.NORMAL: Word(pgettext_lazy("urgency", "Ordinary"), "clock"),
    Urgency.LOW: Word(pgettext_lazy("urgency", "Can wait"), "hold"),
}
ADVICES: Mapping[str, Word] = {
    Advice.STEP_IN: Word(gettext_lazy("Step in"), "reply", "accent"),
    Advice.WATCH: Word(gettext_lazy("Watch"), "view"),
    Advice.LEAVE: Word(gettext_lazy("Leave them alone"), "hide"),
}
ASKING: Mapping[str, Word] = {
    "yes": Word(gettext_lazy("Asks for an answer"), "help"),
    "no": Word(gettext_lazy("Asks for nothing"), "no-reply"),
}
_REASONS: Mapping[str, str | Promise] = {
    "about_us": gettext_lazy("It speaks of us without turning to us."),
    "addressed": gettext_lazy("It is addressed to us."),
    "asks": gettext_lazy("It expects an answer."),
    "can_help": gettext_lazy("We have something that helps."),
    "complaint": gettext_lazy("It is a complaint."),
    "danger": gettext_lazy("Somebody may be in danger."),
    "friends": gettext_lazy("People talk among friends."),
    "not_addressed": gettext_lazy("It is not addressed to us."),
    "nothing_to_add": gettext_lazy("We have nothing to add."),
    "praise": gettext_lazy("It is praise."),
    "question": gettext_lazy("It asks something."),
    "sensitive": gettext_lazy("It is about something sensitive."),
    "spam": gettext_lazy("It is spam."),
}
# What is read best; others are told by their code when they come.
LANGUAGES = ("en", "ru", "vi", "de", "fr", "es", "it", "pt", "ar", "hi")


def language_label(code: str) -> str:
    """Name a language in the reader's own; a code nobody has a name for stands for itself."""
    try:
        return str(get_language_info(code)["name_translated"]) if code else _("Unknown")
    except KeyError:
        return code


def reason_words(code: str) -> str:
    """Say a reason of an advice in a sentence."""
    return str(_REASONS.get(code, code.replace("_", " ")))
