"""Live chat: visitors of a web site write in a widget of ours; their lines are taken in by `web/widget`.
The form of a line is our own: see `reading.py`.
"""

from allears.connectors.chat.connector import CONNECTOR

__all__ = ["CONNECTOR"]
