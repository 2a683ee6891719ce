"""E-mail: heard over IMAP, answered over SMTP.

Words: a mailbox is the account as its settings describe it; a line is one open connection; a place is
a folder and a mark how far it was heard; the Sent copy is what proves that a reply went out.
One rule: mail is looked at and never touched. Nothing is marked as read, moved or deleted; the only
thing ever written is the copy of our own reply.
"""

from allears.connectors.email.connector import CONNECTOR

__all__ = ["CONNECTOR"]
