"""Answer on Instagram: a comment, an answer to a mention, a direct message, or a deed without words."""

import json
import re

from allears.connectors.errors import Refused, Unknown
from allears.connectors.instagram.judging import COMMENT_LIMIT, LARGEST_PICTURE, ONE_LINK, rules_of
from allears.connectors.instagram.keys import chats_of, graph_of, is_own_login, us_of
from allears.connectors.interface import Account, Deed, DeedKind, ItemKind, Outgoing, Sent, Visibility
from allears.connectors.measuring import excess_of
from allears.connectors.meta.graph import Graph, delete_node
from allears.connectors.meta.sending import TOO_LONG, Mailbox, find_in_chat, find_sent, send_privately
from allears.connectors.meta.values import Json, id_in, object_in, text_in
from allears.connectors.words import mark

NO_PLACE = mark("It is not known under which comment this should stand.")
WORDS_ONLY = mark("A comment on Instagram takes words only.")
NOTHING_TO_SAY = mark("A comment needs words.")
LARGE_PICTURE = mark("Instagram takes pictures of at most 8 MB.")
NOT_DONE = mark("Instagram did not do it.")
CANT_LOOK = mark("Instagram lists no answers under posts of others. Look there before sending it again.")
LISTED = "id,text,timestamp,username,from"
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
HASHTAG = re.compile(r"#\w")


def send_reply(outgoing: Outgoing, account: Account) -> Sent:
    """Send a reply the way it was meant: publicly or privately."""
    if outgoing.visibility is Visibility.PRIVATE:
        for file in outgoing.files:
            if file.content_type.startswith("image/") and len(file.data) > LARGEST_PICTURE:
                raise Refused(LARGE_PICTURE)
        return send_privately(mailbox_of(account), outgoing)
    _fit(outgoing)
    graph, item = graph_of(account), outgoing.item
    if item is not None and item.kind is ItemKind.MENTION:
        return _answer_mention(graph, us_of(account), outgoing)
    return _made(graph.post(f"{_place(outgoing)}/replies", {"message": outgoing.text}))


def mailbox_of(account: Account) -> Mailbox:
    """Open the account's way to direct messages."""
    own = is_own_login(account)
    return Mailbox(
        graph=graph_of(account),
        node=chats_of(account),
        rules=rules_of(account.settings),
        uploads="messageattachments" if own else "message_attachments",
        upload_fields={} if own else {"platform": "INSTAGRAM"},
        understands_marks=False,
    )


def _fit(outgoing: Outgoing) -> None:
    """Refuse what Instagram would."""
    text = outgoing.text
    if outgoing.files:
        raise Refused(WORDS_ONLY)
    if not text.strip():
        raise Refused(NOTHING_TO_SAY)
    if excess_of(text, (COMMENT_LIMIT,)):
        raise Refused(TOO_LONG)
    is_shouted = text.isupper() and len(text) > 3
    if is_shouted or len(LINK.findall(text)) > 1 or len(HASHTAG.findall(text)) > 4:
        raise Refused(ONE_LINK)


def _place(outgoing: Outgoing) -> str:
    place = (outgoing.item.external_id if outgoing.item else "") or outgoing.in_reply_to
    if not place:
        raise Refused(NO_PLACE)
    return place


def _answer_mention(graph: Graph, us: str, outgoing: Outgoing) -> Sent:
    """Answer where somebody mentioned us: under their comment, or under their post."""
    facts = outgoing.item.facts if outgoing.item else {}
    media = facts.get("media") or outgoing.thread
    if not media:
        raise Refused(NO_PLACE)
    comment = {"comment_id": facts["comment"]} if facts.get("comment") else {}
    return _made(graph.post(f"{us}/mentions", {"media_id": media, "message": outgoing.text, **comment}))


def _made(answer: Json) -> Sent:
    name = id_in(answer, "id")
    if not name:
        raise Unknown(raw="no id")
    return Sent(external_id=name)


def look_up_reply(outgoing: Outgoing, account: Account) -> Sent | None:
    """Find a reply of unknown fate where it would stand. Raise Refused where Instagram lists nothing."""
    graph = graph_of(account)
    if outgoing.visibility is Visibility.PRIVATE:
        path = f"{chats_of(account)}/conversations"
        return find_in_chat(graph, path, outgoing, _us(account), platform="INSTAGRAM")
    item = outgoing.item
    if item is not None and item.kind is ItemKind.MENTION:
        raise Refused(CANT_LOOK)
    above = item.in_reply_to if item else ""
    for place in dict.fromkeys(filter(None, (above, _place(outgoing)))):
        rows = (_signed(row) for row in graph.rows(f"{place}/replies", 4, fields=LISTED))
        found = find_sent(rows, outgoing, _us(account))
        if found is not None:
            return Sent(external_id=id_in(found, "id"))
    return None


def _us(account: Account) -> tuple[str, ...]:
    """Return how Instagram may call us: the account's id or name, or the page it belongs to."""
    settings = account.settings
    return us_of(account), settings.get("handle", ""), settings.get("page_id", "")


def _signed(row: Json) -> Json:
    """Put the author's name where it stands in other answers; some rows tell only that."""
    return {**row, "from": {**object_in(row, "from"), "username": text_in(row, "username")}}


def do_deed(deed: Deed, account: Account) -> None:
    """Put a heart to a message, hide a comment, show it again, delete ours, or mark as seen."""
    graph, item = graph_of(account), deed.item
    if deed.kind in {DeedKind.LIKE, DeedKind.UNLIKE, DeedKind.SEEN}:
        graph.post(f"{chats_of(account)}/messages", _sender_action(deed))
        return
    if deed.kind is DeedKind.DELETE:
        answer = delete_node(graph, item.external_id)
    else:
        answer = graph.post(item.external_id, {"hide": deed.kind is DeedKind.HIDE})
    if answer.get("success") is False:
        raise Refused(NOT_DONE)


def _sender_action(deed: Deed) -> Json:
    recipient = {"recipient": {"id": deed.item.thread or deed.item.author.id}}
    if deed.kind is DeedKind.SEEN:
        return {**recipient, "sender_action": "MARK_SEEN"}
    about = {"message_id": deed.item.external_id}
    if deed.kind is DeedKind.UNLIKE:
        return {**recipient, "sender_action": "UNREACT", "payload": json.dumps(about)}
    return {**recipient, "sender_action": "REACT", "payload": json.dumps({**about, "reaction": "love"})}
