"""The e-mail connector: what it offers, each part done by a module of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from threading import Event

from allears.connectors.email.composing import compose, recipient_of, sender_of
from allears.connectors.email.connecting import check_mailbox
from allears.connectors.email.fields import FIELDS
from allears.connectors.email.headings import clean_ids
from allears.connectors.email.hearing import Pace, hear_mailbox
from allears.connectors.email.mailbox import address_in, mailbox_of
from allears.connectors.email.reading import read_mail
from allears.connectors.email.sent_copies import is_sent_folder, keep_copy, was_sent
from allears.connectors.email.smtp import submit
from allears.connectors.email.sources import fetch_from_mailbox, list_mailbox
from allears.connectors.errors import Unreadable, Unverified
from allears.connectors.interface import (
    Ability,
    Account,
    Check,
    Delivery,
    Heard,
    Incoming,
    Nothing,
    Outgoing,
    Piece,
    Sent,
    SourceItem,
)
from allears.connectors.words import mark

NOT_PUSHED = mark("Mail is fetched from the mailbox; nothing can be pushed here.")


class EmailConnector:
    """E-mail by IMAP and SMTP."""

    kind = "email"
    label = mark("E-mail")
    knows_people_everywhere = True
    fields = FIELDS
    can = frozenset(
        {
            Ability.HEAR_LISTENING,
            Ability.REPLY_PRIVATELY,
            Ability.ATTACH,
            Ability.LOOK_UP,
            Ability.RECONCILE,
            Ability.SUBJECT,
        }
    )

    def __init__(self, pace: Pace | None = None) -> None:
        self.pace = pace or Pace()

    def address_of(self, settings: Mapping[str, str]) -> str:
        """Give the e-mail address."""
        return address_in(settings)

    def objection(self, settings: Mapping[str, str]) -> str:
        """A mailbox can always try to send."""
        return ""

    def check(self, account: Account) -> list[Check]:
        """Try to receive and to send, up to the point where a mail would go out."""
        return check_mailbox(account)

    def verify(self, delivery: Delivery, account: Account) -> None:
        """Raise Unverified: nobody pushes mail to us."""
        raise Unverified(NOT_PUSHED)

    def split(self, delivery: Delivery) -> list[Piece]:
        """Raise Unreadable: nobody pushes mail to us."""
        raise Unreadable(NOT_PUSHED)

    def read(self, delivery: Delivery, account: Account) -> list[Incoming] | Nothing:
        """Translate one mail. Anyone can write our address as theirs: only a sent folder proves it ours."""
        found = read_mail(delivery.body, account, delivery.received_at)
        folder = delivery.headers.get("folder", "")
        if isinstance(found, Nothing) or is_sent_folder(folder, account.settings.get("sent_folder", "")):
            return found
        return [replace(one, is_ours=False, recipient=None) if one.is_ours else one for one in found]

    def send(self, outgoing: Outgoing, account: Account) -> Sent:
        """Hand one mail to the sending server and keep a copy; trouble with the copy is only a note."""
        mailbox = mailbox_of(account)
        mail = compose(outgoing, account)
        submit(mailbox, sender_of(account), recipient_of(outgoing), mail)
        return Sent(external_id=outgoing.external_id, note=keep_copy(mailbox, mail, id_of(outgoing)))

    def hear(self, account: Account, cursors: Mapping[str, str], stop: Event) -> Iterator[Heard]:
        """Yield new mail of every heard folder, first the past the settings ask for."""
        return hear_mailbox(mailbox_of(account), cursors, stop, self.pace)

    def list_source(self, account: Account, since: datetime) -> Iterator[SourceItem]:
        """List the mail in every heard folder that arrived since then."""
        return list_mailbox(mailbox_of(account), since)

    def fetch_source(self, account: Account, sources: list[str]) -> Iterator[Piece]:
        """Fetch the named mails again."""
        return fetch_from_mailbox(mailbox_of(account), sources)

    def look_up(self, outgoing: Outgoing, account: Account) -> Sent | None:
        """Look for the reply in the Sent folder, where it is only if it went out."""
        if was_sent(mailbox_of(account), id_of(outgoing)):
            return Sent(external_id=outgoing.external_id)
        return None


def id_of(outgoing: Outgoing) -> str:
    return "".join(clean_ids([outgoing.external_id]))


CONNECTOR = EmailConnector()
