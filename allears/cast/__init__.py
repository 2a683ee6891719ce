"""The cast: a ferry and café company with its people and customers, shared by tests, pictures and the demo.

Words: a Story is one conversation as it went, written like a play in stories/; its steps happen at their
moments, each through the door that people and networks use.
One rule: the same moment given, the same world comes out.
"""

from allears.cast.making import STORIES, Cast, make_cast, tell_stories
from allears.cast.people import BRAND, PASSWORD

__all__ = ["BRAND", "PASSWORD", "STORIES", "Cast", "make_cast", "tell_stories"]
