"""Send private messages by the Graph API: to a person, or as the one private reply to something public.

Words and files are messages of their own there. Files are brought to Meta before anything is said, so that a
file it does not take stops the reply while nothing is out; what fails after the first part was taken is told
beside what was sent, and never sends the first part again.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from allears.connectors.errors import ConnectorError, Refused, Unknown, Unreachable
from allears.connectors.interface import Author, File, Offer, Outgoing, Sent, Visibility
from allears.connectors.measuring import excess_of
from allears.connectors.meta.errors import OUTSIDE
from allears.connectors.meta.graph import Graph
from allears.connectors.meta.marks import mark_of
from allears.connectors.meta.values import Json, id_in, moment_if_any, object_in, objects_in, text_in
from allears.connectors.meta.windows import PrivateRules, needs_human_agent, offer_chat, offer_private_reply
from allears.connectors.words import mark

PRIVATE_REPLY = "private replies"
KINDS = ("image", "video", "audio")
PARTLY = mark("Only a part of it went out; the rest was not taken.")
TOO_LONG = mark("The text is too long for this network: shorten it.")
BY_PERSON = mark("After 24 hours only a person may answer here, in words of their own.")
FILES_UNTAKEN = mark("A private reply to a comment takes words only. Send the file after they have answered.")
NO_WORDS = mark("A private reply to a comment needs words.")
SLACK = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """From where private messages go: the node and its edges, and what it understands."""

    graph: Graph
    node: str
    rules: PrivateRules
    uploads: str = "message_attachments"
    upload_fields: Mapping[str, str] = field(default_factory=dict)
    understands_marks: bool = True


def send_privately(box: Mailbox, outgoing: Outgoing) -> Sent:
    """Send a private message. Raise as a connector's `send` does."""
    at = datetime.now(UTC)
    recipient, offer = _recipient(box, outgoing, at)
    manner = {} if "id" not in recipient else _manner(outgoing, offer, at)
    _fit(outgoing, offer, recipient)
    parts = list(_parts(box, outgoing))
    return _send_parts(box, outgoing, {"recipient": recipient, **manner}, parts)


def _recipient(box: Mailbox, outgoing: Outgoing, at: datetime) -> tuple[Json, Offer]:
    """Say to whom: a person whose window is open, or whoever wrote something public."""
    item = outgoing.item
    person = {"id": outgoing.to.id or outgoing.thread}
    if item is None:
        return person, Offer(limits=(box.rules.limit,), files=box.rules.files)
    in_chat = offer_chat(item, box.rules, at)
    if item.visibility is Visibility.PRIVATE:
        return {"id": outgoing.thread or outgoing.to.id}, _possible(in_chat)
    by_comment = offer_private_reply(item, box.rules, at)
    if by_comment.is_possible or not in_chat.is_possible:
        name = "post_id" if item.facts.get("is_post") else "comment_id"
        return {name: item.external_id}, _possible(by_comment)
    return person, in_chat


def _possible(offer: Offer) -> Offer:
    if not offer.is_possible:
        raise Refused(offer.reason, **offer.facts)
    return offer


def _manner(outgoing: Outgoing, offer: Offer, at: datetime) -> Json:
    if not needs_human_agent(outgoing.item, at):
        return {"messaging_type": "RESPONSE"}
    if not offer.must_be_by_person:
        raise Refused(OUTSIDE)
    if not outgoing.is_by_person:
        raise Refused(BY_PERSON)
    return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}


def _fit(outgoing: Outgoing, offer: Offer, recipient: Json) -> None:
    if excess_of(outgoing.text, offer.limits):
        raise Refused(TOO_LONG)
    if "id" not in recipient and outgoing.files:
        raise Refused(FILES_UNTAKEN)
    if "id" not in recipient and not outgoing.text.strip():
        raise Refused(NO_WORDS)


def _parts(box: Mailbox, outgoing: Outgoing) -> Iterator[Json]:
    if outgoing.text.strip():
        yield {"text": outgoing.text}
    for file in outgoing.files:
        kind = kind_of(file)
        yield {"attachment": {"type": kind, "payload": {"attachment_id": _upload(box, file, kind)}}}


def kind_of(file: File) -> str:
    """Say what Meta calls a file of this type."""
    first = file.content_type.partition("/")[0]
    return first if first in KINDS else "file"


def _upload(box: Mailbox, file: File, kind: str) -> str:
    """Bring a file to Meta. Whatever becomes of it, nobody has seen anything yet."""
    message = json.dumps({"attachment": {"type": kind, "payload": {"is_reusable": True}}})
    try:
        answer = box.graph.upload(
            f"{box.node}/{box.uploads}", {"message": message, **box.upload_fields}, "filedata", file
        )
    except Unknown as error:
        raise Unreachable(raw=error.raw) from error
    found = id_in(answer, "attachment_id")
    if not found:
        raise Unreachable(raw="no attachment_id")
    return found


def _send_parts(box: Mailbox, outgoing: Outgoing, envelope: Json, parts: list[Json]) -> Sent:
    """Send one part after another; after the first was taken nothing is raised any more."""
    answers: list[Json] = []
    note = ""
    for number, part in enumerate(parts):
        marked = mark_of(outgoing.key, number, box.graph.account.reply_key)
        message = {**part, "metadata": marked} if box.understands_marks else part
        try:
            answers.append(_post(box, {**envelope, "message": message}))
        except ConnectorError:
            if not answers:
                raise
            note = PARTLY
            break
    return _sent(answers, note, outgoing)


def _post(box: Mailbox, fields: Mapping[str, Any]) -> Json:
    is_reply = "id" not in object_in(dict(fields), "recipient")
    answer = box.graph.post(f"{box.node}/messages", fields, PRIVATE_REPLY if is_reply else "write")
    if not id_in(answer, "message_id"):
        raise Unknown(raw="no message_id")
    return answer


def _sent(answers: list[Json], note: str, outgoing: Outgoing) -> Sent:
    ids = [id_in(answer, "message_id") for answer in answers]
    person = id_in(answers[0], "recipient_id") or outgoing.to.id
    is_opened = outgoing.item is not None and outgoing.item.visibility is Visibility.PUBLIC
    return Sent(
        external_id=ids[0],
        also=tuple(ids[1:]),
        note=note,
        thread=person if is_opened else "",
        recipient=Author(id=person, name=outgoing.to.name, handle=outgoing.to.handle) if is_opened else None,
    )


def find_sent(rows: Iterator[Json], outgoing: Outgoing, us: Collection[str]) -> Json | None:
    """Find, in what Meta lists, what we said with these words since the reply was written.

    `us` are our ids and names there.
    """
    wanted = _plain(outgoing.text)
    for row in rows:
        at = moment_if_any(row.get("created_time") or row.get("timestamp"))
        said = text_in(row, "message") or text_in(row, "text")
        is_ours = bool({id_in(row, "from", "id"), id_in(row, "from", "username")} & ({*us} - {""}))
        if is_ours and _plain(said) == wanted and at is not None and at >= outgoing.sent_at - SLACK:
            return row
    return None


def find_in_chat(
    graph: Graph, path: str, outgoing: Outgoing, us: Collection[str], **query: str
) -> Sent | None:
    """Look among the last messages with a person. None: it is not there."""
    is_opened = outgoing.item is not None and outgoing.item.visibility is Visibility.PUBLIC
    person = outgoing.to.id if is_opened else outgoing.thread or outgoing.to.id
    fields = "id,messages.limit(20){id,message,from,created_time}"
    page = graph.get(path, user_id=person, fields=fields, **query)
    threads = list(objects_in(page, "data"))
    rows = (row for thread in threads for row in objects_in(thread, "messages", "data"))
    found = find_sent(rows, outgoing, us)
    if found is None:
        return None
    who = Author(id=person, name=outgoing.to.name) if is_opened else None
    return Sent(external_id=message_id(found), thread=person if is_opened else "", recipient=who)


def message_id(row: Json) -> str:
    """Return a message's id as webhooks name it: old ones are listed with "m_" before them."""
    found = id_in(row, "id")
    return found.removeprefix("m_") if found.startswith("m_mid.") else found


def _plain(text: str) -> str:
    return " ".join(text.split())
