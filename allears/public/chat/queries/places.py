"""Where a chat is: the tag that puts it into a page, and its page of its own."""

from django.conf import settings


def script_tag(key: str) -> str:
    """Return the tag that a site puts into its pages."""
    return f'<script async src="{settings.BASE_URL}/chat/widget.js" data-channel="{key}"></script>'


def chat_page(key: str) -> str:
    """Return the address of the chat on a page of its own."""
    return f"{settings.BASE_URL}/chat/{key}/"
