"""A world for the browser in which customers write on a network with a square in public and messages in private."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page

from allears.connectors.interface import (
    Abilities,
    Ability,
    Author,
    FileRules,
    Incoming,
    Item,
    Limit,
    Offer,
    Template,
    Unit,
    Visibility,
)
from allears.flow import process_waiting
from allears.foundation.clock import now
from allears.foundation.workspaces.actions import create_account, create_workspace
from allears.foundation.workspaces.models import Role
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.intake.storing import Submission, store_submissions
from tests.fake_network import FakeConnector, add_fake_channel, said
from tests.journeys.worlds import PASSWORD, join

DAY = timedelta(hours=24)
ANN = Author(id="ann", name="Ann Berg", handle="@annberg")
WARNING = "A reply with a link costs 0.20 USD here."
CLOSED = "Ann wrote more than 24 hours ago, so only an approved template can be sent."
PARCEL = Template(
    name="parcel", language="en", body="Hello {{1}}, parcel {{2}} is on its way.", gaps=("1", "2")
)
PAKET = Template(name="parcel", language="ru", body="Здравствуйте, {{1}}!", gaps=("1",), header="Фонарь")


def judge(item: Item, at: datetime) -> Abilities:
    """Say what this network says: 40 weighted characters in public, a day of free words in private."""
    like, no = Offer(), Offer(is_possible=False, reason="Only comments under your own posts can be hidden.")
    if item.visibility == Visibility.PUBLIC:
        publicly = Offer(
            limits=(Limit(most=40, unit=Unit.WEIGHTED),), opening="@annberg ", link_warning=WARNING
        )
        once = Offer(is_possible=False, reason="One private message to each comment, and it was sent.")
        privately = once if item.private_replies else Offer(until=item.sent_at + 7 * DAY)
        hide = no if item.is_ours else Offer()
        delete = Offer(is_possible=item.is_ours)
        return Abilities(
            publicly=publicly, privately=privately, like=like, hide=hide, delete=delete, emoji=("❤", "👍")
        )
    heard = item.heard_privately_at or item.sent_at
    is_open = at < heard + DAY
    privately = Offer(
        until=heard + DAY if is_open else None,
        only_templates=not is_open,
        must_be_by_person=is_open,
        warning="" if is_open else CLOSED,
        files=FileRules(most=1, types=("image/",)),
    )
    return Abilities(publicly=Offer(is_possible=False), privately=privately, like=like, emoji=("❤",))


class SquareWorld:
    """A workspace with two members and one channel of that network."""

    def __init__(self, network: FakeConnector) -> None:
        self.network = network
        network.judges(judge, Ability.REACT, Ability.HIDE, Ability.DELETE, Ability.TEMPLATES)
        network.approved = [PARCEL, PAKET]
        self.anna = create_workspace(create_account("Anna Lind", "anna@lantern.example", PASSWORD), "Lantern")
        self.boris = join(self.anna, Role.AGENT, "boris@lantern.example")
        self.channel = add_fake_channel(self.anna.workspace, "Square", self.anna)

    def write(self, text: str, **more: object) -> Conversation:
        """Let Ann write, in public unless told otherwise."""
        given = {"author": ANN, "visibility": Visibility.PUBLIC, "thread": "post-1", **more}
        self.deliver(said(text=text, **given))
        return Conversation.objects.latest("id")

    def write_privately(self, text: str, hours_ago: float = 0.0) -> Conversation:
        return self.write(
            text, visibility=Visibility.PRIVATE, thread="dm-ann", sent_at=now() - timedelta(hours=hours_ago)
        )

    def deliver(self, *incoming: Incoming) -> None:
        pieces = [self.network.piece(one) for one in incoming]
        store_submissions([Submission(self.channel.workspace_id, self.channel.id, pieces, now())])
        while process_waiting():
            pass


def look(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look (ALLEARS_PICTURES)."""
    folder = os.environ.get("ALLEARS_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"))
