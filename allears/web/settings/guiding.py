"""How to get connected, step by step, as a connector's guide says it: what to copy, what to tick, where to go."""

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe

from allears.connectors.interface import DOOR, Ability, Connector, Step
from allears.pipeline.channels.doors import public_url_of

VERIFY_TOKEN = "verify_token"  # noqa: S105 - a field's name


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step with the channel's own address in the place of DOOR."""

    text: str
    url: str
    words: list[str]
    has_door: bool
    door: str
    verify_token: str


def steps_of(connector: Connector, door: str, settings: Mapping[str, str]) -> list[ShownStep]:
    """Fill a connector's guide."""
    return [_shown(step, door, settings) for step in getattr(connector, "guide", ())]


def _shown(step: Step, door: str, settings: Mapping[str, str]) -> ShownStep:
    has_door = DOOR in step.words
    words = [word for word in step.words if word != DOOR]
    token = settings.get(VERIFY_TOKEN, "") if has_door else ""
    return ShownStep(step.text, step.url, words, has_door, door if has_door else "", token)


def suggestions_for(connector: Connector) -> dict[str, str]:
    """Think up what a person would otherwise have to: a word by which a network knows our door."""
    asked = any(field.name == VERIFY_TOKEN and not field.is_secret for field in connector.fields)
    return {VERIFY_TOKEN: token_urlsafe(18)} if asked else {}


@dataclass(frozen=True, slots=True)
class ShownNetwork:
    """One network to choose: what can be heard and answered there, and what it needs."""

    kind: str
    label: str
    is_public: bool
    is_private: bool
    needs_door: bool
    costs: bool


def grouped_networks(connectors: list[Connector]) -> list[tuple[str, list[ShownNetwork]]]:
    """Part connectors into those of social networks, those of our own doors, and those of programs."""
    groups: dict[str, list[ShownNetwork]] = {"social": [], "own": [], "programs": []}
    for connector in sorted(connectors, key=lambda one: one.label.casefold()):
        groups[_group_of(connector)].append(_network(connector))
    return [(name, shown) for name, shown in groups.items() if shown]


def _group_of(connector: Connector) -> str:
    if connector.can & {Ability.SUBJECT, Ability.CHAT}:
        return "own"
    return "social" if Ability.FIND_OUT in connector.can else "programs"


def _network(connector: Connector) -> ShownNetwork:
    asks = connector.can & {Ability.HEAR_POLLING, Ability.HEAR_LISTENING}
    return ShownNetwork(
        connector.kind,
        connector.label,
        Ability.REPLY_PUBLICLY in connector.can,
        Ability.REPLY_PRIVATELY in connector.can,
        Ability.SUBSCRIBE in connector.can and not asks,
        bool(getattr(connector, "prices", ())),
    )


@dataclass(frozen=True, slots=True)
class Unreached:
    """What it means that the internet can't reach us: who is asked instead, and who can't be heard."""

    asked: list[str]
    unheard: list[str]


def unreached_networks(workspace_id: int, connectors: list[Connector]) -> Unreached | None:
    """Say which networks can't deliver here; None where all can."""
    if public_url_of(workspace_id):
        return None
    delivering = [one for one in connectors if Ability.SUBSCRIBE in one.can]
    asked = [one.label for one in delivering if not _network(one).needs_door]
    return Unreached(asked, [one.label for one in delivering if _network(one).needs_door])
