"""Instagram: comments and mentions in public, and direct messages.

One channel is one professional account, reached in one of two ways: through the Facebook page it belongs to
(graph.facebook.com), or by its own login (graph.instagram.com). What Messenger and Instagram share stands in
the modules `meta_*` beside this folder.
"""

from allears.connectors.instagram.connector import CONNECTOR

__all__ = ["CONNECTOR"]
