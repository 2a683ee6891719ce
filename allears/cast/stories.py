"""What happened: each story one conversation."""

from allears.cast.chats import APP, SQUARE
from allears.cast.letters import MAIL

STORIES = (*MAIL, *APP, *SQUARE)
