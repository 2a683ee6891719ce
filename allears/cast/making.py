"""Fill a workspace with the cast, through the doors that people and networks use."""

import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

from allears.cast.people import BRAND, COLLEAGUES, DOMAIN, MARIT, PASSWORD, Colleague
from allears.cast.steps import (
    Answers,
    IsSpam,
    NeedsNoReply,
    Notes,
    Raises,
    Says,
    Step,
    Story,
    Takes,
)
from allears.cast.stories import STORIES
from allears.connectors.interface import Piece, Sent
from allears.flow import process_waiting
from allears.foundation.clock import now, stopped_clock
from allears.foundation.workspaces.actions import (
    accept_invitation_as_new,
    create_account,
    create_team,
    create_workspace,
    invite_member,
    set_team_members,
)
from allears.foundation.workspaces.models import Member, Workspace
from allears.pipeline.channels.actions import add_channel, note_sent, set_channel_manners
from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.actions.assigning import assign_conversation
from allears.pipeline.conversations.actions.notes import write_note
from allears.pipeline.conversations.actions.outcomes import call_it_spam, need_no_reply
from allears.pipeline.conversations.actions.statuses import set_priority
from allears.pipeline.conversations.models import Conversation, Message
from allears.pipeline.intake.storing import Submission, store_submissions
from allears.pipeline.replies.actions.ending import end_as_sent
from allears.pipeline.replies.actions.queueing import UNDO_FOR, Reply, queue_reply
from allears.pipeline.replies.actions.sending import begin_dispatch, claim_dispatches

OPENED_BEFORE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Cast:
    """The world that was made: members and channels by key, conversations by the key of their story."""

    workspace: Workspace
    members: dict[str, Member]
    channels: dict[str, Channel]
    at: datetime

    def member(self, colleague: Colleague) -> Member:
        """Return a colleague as a member."""
        return self.members[colleague.key]

    def conversation(self, key: str) -> Conversation:
        """Return the conversation of a story."""
        return (
            Message.objects.select_related("conversation")
            .get(channel__in=self.channels.values(), external_id=_id_of(_story(key), 1))
            .conversation
        )


def make_cast(at: datetime | None = None, stories: Sequence[Story] = STORIES) -> Cast:
    """Make the company, and let the stories happen, the last of them moments before `at`."""
    at = at or now()
    with stopped_clock(at - OPENED_BEFORE):
        cast = _make_company(at)
    steps = [(step, story) for story in stories for step in story.steps]
    for step, story in sorted(steps, key=lambda pair: -pair[0].ago):
        with stopped_clock(at - timedelta(minutes=step.ago)):
            _take(step, story, cast)
    return cast


def _make_company(at: datetime) -> Cast:
    owner = create_workspace(create_account(MARIT.name, MARIT.email, PASSWORD), BRAND)
    members = {MARIT.key: owner}
    for colleague in COLLEAGUES[1:]:
        _invitation, token = invite_member(owner, colleague.role)
        members[colleague.key] = accept_invitation_as_new(token, colleague.name, colleague.email, PASSWORD)
    team = create_team(owner, "Harbour desk")
    set_team_members(owner, team, [members[key].id for key in ("daniel", "linh", "pavel")])
    answers = {"webhook_url": f"https://app.{DOMAIN}/answers"}
    mailbox = {"address": f"hello@{DOMAIN}", "password": PASSWORD}
    channels = {
        "mail": add_channel(owner.workspace, "email", "Hello", mailbox, owner)[0],
        "app": add_channel(owner.workspace, "api", "Tern app", answers, owner)[0],
        "square": add_channel(owner.workspace, "api", "Town square", answers, owner)[0],
    }
    set_channel_manners(channels["mail"], None, "{name}\nTern Line, Gull Quay, Skerrybridge", owner)
    return Cast(owner.workspace, members, channels, at)


def _take(step: Step, story: Story, cast: Cast) -> None:
    """Let one step happen, now."""
    if isinstance(step, Says):
        _hear(step, story, cast)
        return
    member, conversation = cast.member(step.by), cast.conversation(story.key)
    match step:
        case Answers():
            _answer(step, member, conversation)
        case Notes():
            write_note(conversation, step.text, member)
        case Takes():
            assign_conversation(conversation.id, member.id, member)
        case Raises():
            set_priority(conversation.id, step.priority, member)
        case NeedsNoReply():
            need_no_reply(conversation.id, step.reason, member)
        case IsSpam():
            call_it_spam(conversation.id, member)


def _hear(says: Says, story: Story, cast: Cast) -> None:
    channel = cast.channels[story.via]
    body = _write_mail(says, story, cast) if story.via == "mail" else _write_json(says, story)
    store_submissions([Submission(channel.workspace_id, channel.id, [Piece(body=body)], now())])
    while process_waiting():
        pass


def _answer(answers: Answers, member: Member, conversation: Conversation) -> None:
    """Answer, and let the network take it when the time for undo has passed."""
    key = f"cast-{conversation.id}-{answers.ago}"
    seen = conversation.last_message_id
    words = Reply(text=answers.text, idempotency_key=key, seen_message_id=seen, then=answers.then)
    queue_reply(member, conversation, words)
    with stopped_clock(now() + UNDO_FOR):
        for dispatch in claim_dispatches(set()):
            if begin_dispatch(dispatch):
                end_as_sent(dispatch, Sent(external_id=""))
                note_sent(dispatch.channel_id, now())


def _write_json(says: Says, story: Story) -> bytes:
    """Write a message as a program delivers it."""
    author = {"id": story.by.email, "name": story.by.name, "handle": story.by.handle}
    is_public = story.via == "square"
    message = {
        "id": _id_of(story, _number_of(says, story)),
        "thread": story.below or story.key,
        "author": author,
        "text": says.text,
        "sent_at": now().isoformat(),
        "visibility": "public" if is_public else "private",
    }
    if story.below:
        message["in_reply_to"] = _id_of(_story(story.below), 1)
    return json.dumps(message, ensure_ascii=False).encode()


def _write_mail(says: Says, story: Story, cast: Cast) -> bytes:
    """Write a message as the customer's mail program sends it."""
    number = _number_of(says, story)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f'"{story.by.name}" <{story.by.email}>'
    mail["To"] = f"hello@{DOMAIN}"
    mail["Subject"] = story.subject if number == 1 else f"Re: {story.subject}"
    mail["Date"] = now()
    mail["Message-ID"] = f"<{_id_of(story, number)}>"
    if number > 1:
        earlier = Message.objects.filter(conversation=cast.conversation(story.key)).latest("id")
        mail["In-Reply-To"] = f"<{earlier.external_id}>"
    mail.set_content(f"{says.text}\n\n{says.quotes}" if says.quotes else says.text)
    if says.has_picture:
        mail.add_attachment(_draw_scarf(), maintype="image", subtype="png", filename="scarf.png")
    return mail.as_bytes()


def _number_of(says: Says, story: Story) -> int:
    return [step for step in story.steps if isinstance(step, Says)].index(says) + 1


def _id_of(story: Story, number: int) -> str:
    id_ = f"{story.key}-{number}"
    return f"{id_}@{story.by.email.rpartition('@')[2]}" if story.via == "mail" else id_


def _story(key: str) -> Story:
    return next(story for story in STORIES if story.key == key)


def _draw_scarf(width: int = 480, height: int = 320) -> bytes:
    """Draw red wool: ribs across, a fringe below, as a PNG."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            is_fringe = y > height - 48
            is_gap = is_fringe and x % 12 > 7
            shade = 150 + (x % 12) * 6 - abs(y % 24 - 12) * 2
            rows += bytes((236, 230, 221)) if is_gap else bytes((shade, 38 + x % 12, 44 + y % 24))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
