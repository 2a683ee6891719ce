"""What visitors and agents do in these tests."""

import struct
import zlib

from playwright.sync_api import Locator, Page, expect

from allears.foundation.business_time import WEEKDAYS
from allears.foundation.clock import now
from allears.foundation.workspaces.models import Brand
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.replies.actions.queueing import Reply, queue_reply
from allears.pipeline.replies.actions.sending import claim_dispatches, send_dispatch
from allears.pipeline.replies.models import Dispatch, DraftFile
from allears.public.chat.conftest import Site

expect.set_options(timeout=15_000)


def open_chat(page: Page) -> None:
    page.locator(".launcher").click()
    expect(page.locator(".panel")).to_be_visible()
    skip = page.get_by_role("button", name="Write without e-mail")
    if skip.is_visible():
        skip.click()
    expect(page.locator(".composer textarea")).to_be_focused()


def write(page: Page, text: str) -> None:
    page.locator(".composer textarea").fill(text)
    page.keyboard.press("Enter")


def bubbles(page: Page, side: str = "mine") -> Locator:
    return page.locator(f".line[data-side={side}] .bubble")


def sent(page: Page) -> None:
    """Wait until the desk has everything for good."""
    expect(page.locator(".line[data-side=mine]").last).to_have_attribute("data-state", "sent")


def answer(site: Site, conversation: Conversation, text: str, files: list[DraftFile]) -> None:
    """Let an agent answer with files."""
    conversation.refresh_from_db()
    seen = conversation.last_message_id
    queue_reply(
        site.agent, conversation, Reply(text=text, idempotency_key=text, seen_message_id=seen, files=files)
    )
    Dispatch.objects.update(due_at=now())
    for dispatch in claim_dispatches(set()):
        send_dispatch(dispatch)


def picture() -> bytes:
    """Draw a small PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((200, y * 4, 90)) for y in range(60))
    head = struct.pack(">IIBBBBB", 1, 60, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def close_for_today(site: Site) -> None:
    """Let the brand be open for an hour of tomorrow only."""
    tomorrow = WEEKDAYS[(now().weekday() + 1) % 7]
    Brand.objects.filter(workspace=site.channel.workspace).update(hours={tomorrow: ["09:00-10:00"]})
