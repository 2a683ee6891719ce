"""Bluesky, or any server of the AT Protocol: one account on one data server (PDS) is a channel.

Words: a record lies in its author's repository under a key of its author's choosing; its at-uri names it.
One rule: we choose the key of what we write before we write it, so that trying again writes the same record.
Source of all forms: the lexicons of com.atproto, app.bsky and chat.bsky.
"""

from allears.connectors.bluesky.connector import CONNECTOR

__all__ = ["CONNECTOR"]
