"""Mastodon, and servers that speak its API: one account on one instance is a channel.

Words: an instance is somebody's server; a status is a post; a direct status is seen only by those it mentions.
One rule: an id means something only on its instance, so nothing is ever keyed without its channel.
Source of all forms: the Mastodon API documentation, version 4.
"""

from allears.connectors.mastodon.connector import CONNECTOR

__all__ = ["CONNECTOR"]
