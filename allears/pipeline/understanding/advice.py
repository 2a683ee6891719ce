"""Step in, watch, or leave people alone (Z5): a plain combination of small answers, each with its own score.

Rules stand in order and the first that holds decides; whatever was looked at and is likely is told as a reason.
"""

import math
from collections.abc import Mapping, Set
from typing import NamedTuple

from allears.pipeline.understanding.cleaning import clip
from allears.pipeline.understanding.cues import cue_names
from allears.pipeline.understanding.reading import Advice, Reason, Text

LIKELY = 0.5
SURE = 0.65
TOLD = 0.5  # a reason is told from this chance on
BY_NAME = 0.6  # how sure it is that words with our name in them turn to us
UNKNOWN = 0.4
PRIOR = 20.0  # so many messages is what text alone is worth beside what an account was answered before


class Signs(NamedTuple):
    """What the advice is made of, each a chance between 0 and 1. `can_help`: None when nobody looked."""

    addressed: float
    about_us: float
    question: float
    complaint: float
    asks: float
    friends: float
    sensitive: float
    spam: float
    praise: float
    danger: float = 0.0
    can_help: float | None = None


def advise(
    text: Text,
    chances: Mapping[str, float],
    can_help: float | None = None,
    cues: Set[str] | None = None,
) -> tuple[Advice, tuple[Reason, ...]]:
    """Advise on a text, given what each head said (chances of yes by name); a head that is missing says nothing.

    `can_help`: how well something of ours (an article, a saved answer) fits, None when nobody looked. `cues`: those
    of the text, where they are known already.
    """
    signs = signs_of(text, chances, can_help, cue_names(clip(text.text)) if cues is None else cues)
    return decide_on(signs), reasons_of(signs)


def signs_of(text: Text, chances: Mapping[str, float], can_help: float | None, cues: Set[str]) -> Signs:
    """Gather the signs: what the place of a text says goes before what its words say."""
    named = names_us(text)
    friends = 0.0 if text.is_private else chances.get("friends", 0.0)
    question = chances.get("question", 0.0)
    return Signs(
        addressed=addressed(text, named),
        about_us=1.0 if named else 0.0,
        question=max(question, 0.9) if "mark" in cues and "question_first" in cues else question,
        complaint=chances.get("complaint", 0.0),
        asks=chances.get("asks", 0.0),
        friends=max(friends, 0.8) if text.is_among_others and not named else friends,
        sensitive=max(chances.get("sensitive", 0.0), 0.9 if "self_harm" in cues else 0.0),
        spam=chances.get("spam", 0.0),
        praise=chances.get("praise", 0.0),
        danger=0.9 if "self_harm" in cues else 0.6 if "danger" in cues and "bare" not in cues else 0.0,
        can_help=can_help,
    )


def addressed(text: Text, is_named: bool) -> float:
    """Say how likely the words turn to us: private ones do; public ones when they answer or name us."""
    if text.is_private or text.is_addressed:
        return 1.0
    if text.is_among_others:
        return 0.3 if is_named else 0.1
    if is_named:
        return BY_NAME
    return UNKNOWN if text.is_addressed is None else 0.2


def names_us(text: Text) -> bool:
    """Say whether one of our names stands in the text."""
    written = text.text.casefold()
    named = [name.casefold().lstrip("@#") for name in text.names if name]
    return any(_begins_a_word(one, written) for name in named for one in (name, _as_handle(name)))


def _begins_a_word(name: str, written: str) -> bool:
    """Say whether a name stands in a text as a word, or the beginning of one: names have endings."""
    at = written.find(name) if name else -1
    while at > 0 and written[at - 1].isalnum():
        at = written.find(name, at + 1)
    return at >= 0


def _as_handle(name: str) -> str:
    """Write a name as networks write it after @ and #: without what is no letter and no digit."""
    return "".join(filter(str.isalnum, name))


def decide_on(signs: Signs) -> Advice:
    """Take the first rule that holds."""
    wants = max(signs.question, signs.complaint, signs.asks)
    has_nothing = signs.can_help is not None and signs.can_help < LIKELY
    if signs.spam >= SURE:
        return Advice.LEAVE
    if signs.addressed >= SURE:
        return Advice.STEP_IN if max(wants, signs.danger) >= LIKELY else Advice.WATCH
    if max(signs.friends, signs.sensitive) >= SURE:
        return Advice.LEAVE
    enough = LIKELY if signs.can_help is not None and signs.can_help >= LIKELY else SURE
    if signs.addressed >= LIKELY and wants >= enough and not has_nothing:
        return Advice.STEP_IN
    if signs.about_us or (signs.addressed >= UNKNOWN and wants >= LIKELY):
        return Advice.WATCH
    return Advice.LEAVE


def reasons_of(signs: Signs) -> tuple[Reason, ...]:
    """Tell what was found likely, what speaks for stepping in first."""
    is_ours = signs.addressed >= SURE
    chances = (
        signs.addressed if is_ours else min(signs.addressed, 1 - signs.about_us),
        signs.question,
        signs.complaint,
        signs.asks,
        signs.danger,
        signs.can_help or 0.0,
        0.0 if is_ours else signs.about_us,
        signs.praise,
        0.0 if signs.can_help is None else 1 - signs.can_help,
        signs.sensitive,
        signs.friends,
        1 - signs.addressed if signs.addressed < UNKNOWN else 0.0,
        signs.spam,
    )
    reasons = _REASONS_TO_US if is_ours else _REASONS
    told = [(reason, chance) for reason, chance in zip(reasons, chances, strict=True) if chance >= TOLD]
    return tuple([Reason(code, wanted, round(chance, 4)) for (code, wanted), chance in told])


_REASONS = (
    ("addressed", Advice.STEP_IN),
    ("question", Advice.STEP_IN),
    ("complaint", Advice.STEP_IN),
    ("asks", Advice.STEP_IN),
    ("danger", Advice.STEP_IN),
    ("can_help", Advice.STEP_IN),
    ("about_us", Advice.WATCH),
    ("praise", Advice.WATCH),
    ("nothing_to_add", Advice.WATCH),
    ("sensitive", Advice.LEAVE),
    ("friends", Advice.LEAVE),
    ("not_addressed", Advice.LEAVE),
    ("spam", Advice.LEAVE),
)
_REASONS_TO_US = tuple((code, Advice.WATCH if code == "sensitive" else wanted) for code, wanted in _REASONS)


def answer_chance(by_text: float, answered: int, received: int, usual: float = 0.5) -> float:
    """Say how likely an account answers a message: what its text says, moved by what that account did so far.

    `answered` of `received` is learned by counting; logits add: log-odds of the text, and of the account's share
    (smoothed by `PRIOR` messages of the `usual` share) beside the usual one.
    """
    share = (answered + PRIOR * usual) / (received + PRIOR)
    return 1 / (1 + math.exp(-(_logit(by_text) + _logit(share) - _logit(usual))))


def _logit(chance: float) -> float:
    held = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(held / (1 - held))
