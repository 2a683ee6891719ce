"""X (once Twitter): mentions, replies, quotes and direct messages, heard by webhook, stream and asking.

Its rule: X's own words ("tweet", "dm_event", "edit_history_tweet_ids") end in this folder.
Sources: docs.x.com, and X's OpenAPI description 2.167; docs/networks/x.md says what it can and can't do.
"""

from allears.connectors.x.connector import CONNECTOR

__all__ = ["CONNECTOR"]
