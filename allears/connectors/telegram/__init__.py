"""Telegram: a bot that hears private chats, groups with topics, comments under a channel's posts and chats of
business accounts, by webhook or by asking. Source: the Bot API, version 10.1.

Words: an update is what Telegram delivers; a place is where a message stands (chat, topic, business account).
"""

from allears.connectors.telegram.connector import CONNECTOR

__all__ = ["CONNECTOR"]
