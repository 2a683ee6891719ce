"""What its author wants: intent, whether an answer is asked for, how urgent it is, whether it only praises."""

from collections.abc import Sequence

from training.heads import weak
from training.heads.weak import labelled, marks_of, own
from training.sets import Example, Library, Row
from training.tasks import Task

INTENTS = ("question", "complaint", "request", "praise", "chatter", "spam")
URGENCIES = ("low", "normal", "high", "critical")
SMALL_TALK = frozenset({"openinggreeting", "closinggreeting", "confirmation", "rejection", "thankyou"})
ORDERS = frozenset({
    "startserviceintent", "changeseatassignment", "getproofofinsurance", "getboardingpass", "reportlostcard",
    "bookflight", "updateaddress", "transfermoney", "replacecard", "closeaccount", "orderchecks", "changeorder",
})  # fmt: skip


def intents(library: Library) -> Sequence[Example]:
    """Gather our own texts, and others whose intent follows from where they come from."""
    questions = [text for text in weak.openings(library, 4000) if text.partition("\n")[0].endswith("?")]
    return [
        *own(library, lambda row: row["intent"]),
        *labelled(weak.to_brands(library, "complaint"), "complaint", "complaints_acl19", "en", 0.5),
        *labelled(weak.grievances(library, 2000), "complaint", "care_app_reviews", "", 0.3),
        *labelled(weak.praises(library, 2000), "praise", "care_app_reviews", "", 0.3),
        *labelled(weak.reviews_vi(library, "positive", 1200), "praise", "vi_aivivn_reviews", "vi", 0.3),
        *labelled(weak.reviews_vi(library, "negative", 1200), "complaint", "vi_aivivn_reviews", "vi", 0.3),
        *labelled(weak.spam(library), "spam", "spam_sms", "en", 0.5),
        *labelled(weak.talk(library, 1500), "chatter", "spam_sms", "en", 0.3),
        *labelled(weak.tweets(library, 2500), "chatter", "sentiment_tweeteval_en", "en", 0.2),
        *labelled(weak.posts(library, 1500), "chatter", "ru_cedr_emotion", "ru", 0.2),
        *labelled(weak.turns(library, ORDERS, 1200), "request", "intent_multidogo", "en", 0.3),
        *labelled(questions[:1200], "question", "care_forum_thunderbird", "", 0.3),
    ]


def asks(library: Library) -> Sequence[Example]:
    """Gather texts that ask for an answer, and texts that do not."""
    return [
        *own(library, lambda row: {"y": "yes", "n": "no"}.get(row["asks"], "")),
        *labelled(weak.openings(library, 2000), "yes", "care_forum_thunderbird", "", 0.3),
        *labelled(weak.turns(library, ORDERS, 1200), "yes", "intent_multidogo", "en", 0.3),
        *labelled(weak.turns(library, SMALL_TALK, 1200), "no", "intent_multidogo", "en", 0.3),
        *labelled(weak.praises(library, 2000), "no", "care_app_reviews", "", 0.3),
        *labelled(weak.tweets(library, 2000), "no", "sentiment_tweeteval_en", "en", 0.3),
        *labelled(weak.posts(library, 1500), "no", "ru_cedr_emotion", "ru", 0.3),
        *labelled(weak.spam(library), "no", "spam_sms", "en", 0.3),
    ]


def urgencies(library: Library) -> Sequence[Example]:
    """Gather our own texts by urgency, and others that are plainly ordinary, or nobody's hurry."""
    return [
        *own(library, lambda row: URGENCIES[int(row["urgency"] or 1)]),
        *labelled(weak.openings(library, 1500), "normal", "care_forum_thunderbird", "", 0.3),
        *labelled(weak.turns(library, ORDERS, 800), "normal", "intent_multidogo", "en", 0.3),
        *labelled(weak.praises(library, 1200), "low", "care_app_reviews", "", 0.3),
        *labelled(weak.tweets(library, 1500), "low", "sentiment_tweeteval_en", "en", 0.3),
        *labelled(weak.posts(library, 1200), "low", "ru_cedr_emotion", "ru", 0.3),
        *labelled(weak.reviews_vi(library, "positive", 800), "low", "vi_aivivn_reviews", "vi", 0.3),
    ]


def praises(library: Library) -> Sequence[Example]:
    """Gather praise that asks nothing; praise with a complaint in it speaks against it, and weighs more."""
    return [
        *own(library, _praise_only),
        *own(
            library, lambda row: "no" if "mixed" in marks_of(row) or "sarcasm" in marks_of(row) else "", 4.0
        ),
        *labelled(weak.praises(library, 3000), "yes", "care_app_reviews", "", 0.3),
        *labelled(weak.grievances(library, 3000), "no", "care_app_reviews", "", 0.3),
        *labelled(weak.reviews_vi(library, "positive", 1500), "yes", "vi_aivivn_reviews", "vi", 0.3),
        *labelled(weak.reviews_vi(library, "negative", 1500), "no", "vi_aivivn_reviews", "vi", 0.3),
        *labelled(weak.to_brands(library, "complaint"), "no", "complaints_acl19", "en", 0.3),
    ]


def _praise_only(row: Row) -> str:
    return "yes" if row["intent"] == "praise" and "mixed" not in marks_of(row) else "no"


TASKS = [
    Task(
        name="intent", labels=INTENTS, examples=intents, strength=10.0, cut=1.0, is_balanced=True, sure=0.45
    ),
    Task(name="asks", labels=("no", "yes"), examples=asks, strength=8.0, cut=1.0, sure=0.6),
    Task(
        name="urgency",
        labels=URGENCIES,
        examples=urgencies,
        strength=12.0,
        cut=1.0,
        is_balanced=True,
        sure=0.45,
    ),
    Task(
        name="praise",
        labels=("no", "yes"),
        examples=praises,
        strength=8.0,
        cut=1.0,
        is_balanced=True,
        sure=0.6,
    ),
]
