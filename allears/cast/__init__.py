"""The cast: a ferry and café company with its people and customers, shared by tests, pictures and the demo.

Words: a Story is one conversation as it went; its steps happen so many minutes ago, each through the door
that people and networks use.
One rule: the same moment given, the same world comes out.
"""

from allears.cast.making import Cast, make_cast
from allears.cast.people import BRAND, PASSWORD
from allears.cast.stories import STORIES

__all__ = ["BRAND", "PASSWORD", "STORIES", "Cast", "make_cast"]
