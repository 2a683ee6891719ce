"""What the connector makes of mail that says it is from us."""

from datetime import UTC, datetime

import pytest

from allears.connectors.email.connector import CONNECTOR
from allears.connectors.email.tests.conftest import make_account
from allears.connectors.interface import Delivery

FROM_US = (
    b"From: Support <support@brand.example>\r\nTo: eve@elsewhere.example\r\n"
    b"Message-ID: <1@elsewhere.example>\r\nSubject: Solved\r\n\r\nAll is well now.\r\n"
)


@pytest.mark.parametrize(
    ("folder", "is_ours"), [("INBOX", False), ("", False), ("Sent", True), ("[Gmail]/Sent Mail", True)]
)
def test_only_a_sent_folder_proves_that_a_mail_is_ours(folder: str, *, is_ours: bool) -> None:
    account = make_account(1, 1, "support@brand.example")
    delivery = Delivery(
        body=FROM_US, headers={"folder": folder}, received_at=datetime(2026, 3, 1, tzinfo=UTC)
    )

    found = CONNECTOR.read(delivery, account)

    assert [one.is_ours for one in found] == [is_ours]
