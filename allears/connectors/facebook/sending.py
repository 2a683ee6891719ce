"""Answer on Facebook: a comment under a comment or a post, a private message, or a deed without words."""

from allears.connectors.errors import Refused, Unknown, Unreachable
from allears.connectors.facebook.feed import SITE
from allears.connectors.facebook.judging import COMMENT_LIMIT, PICTURES, rules_of
from allears.connectors.facebook.keys import graph_of, page_of
from allears.connectors.interface import (
    Account,
    Deed,
    DeedKind,
    File,
    Outgoing,
    Sent,
    Visibility,
)
from allears.connectors.measuring import excess_of
from allears.connectors.meta.graph import Graph, delete_node
from allears.connectors.meta.sending import (
    TOO_LONG,
    Mailbox,
    find_in_chat,
    find_sent,
    send_privately,
)
from allears.connectors.meta.values import Json, id_in, text_in
from allears.connectors.words import mark

NO_PLACE = mark("It is not known under which comment or post this should stand.")
ONE_PICTURE = mark("A comment on Facebook takes one picture.")
NOTHING_TO_SAY = mark("A comment needs words or a picture.")
NOT_DONE = mark("Facebook did not do it.")
LISTED = "id,message,from,created_time,permalink_url"


def send_reply(outgoing: Outgoing, account: Account) -> Sent:
    """Send a reply the way it was meant: publicly or privately."""
    if outgoing.visibility is Visibility.PRIVATE:
        return send_privately(mailbox_of(account), outgoing)
    return _comment(outgoing, account)


def mailbox_of(account: Account) -> Mailbox:
    """Open the page's way to Messenger."""
    return Mailbox(graph=graph_of(account), node=page_of(account.settings), rules=rules_of(account.settings))


def place_of(outgoing: Outgoing) -> str:
    """Say under what a public reply stands. Raise Refused if that is not known."""
    item = outgoing.item
    place = (item.external_id if item else "") or outgoing.in_reply_to or outgoing.thread
    if not place:
        raise Refused(NO_PLACE)
    return place


def _comment(outgoing: Outgoing, account: Account) -> Sent:
    if excess_of(outgoing.text, (COMMENT_LIMIT,)):
        raise Refused(TOO_LONG)
    if not (outgoing.text.strip() or outgoing.files):
        raise Refused(NOTHING_TO_SAY)
    if len(outgoing.files) > PICTURES.most or not all(map(_is_picture, outgoing.files)):
        raise Refused(ONE_PICTURE)
    graph, place = graph_of(account), place_of(outgoing)
    fields = {"message": outgoing.text} if outgoing.text.strip() else {}
    for file in outgoing.files:
        fields["attachment_id"] = _upload_picture(graph, page_of(account.settings), file)
    answer = graph.post(f"{place}/comments", fields)
    made = id_in(answer, "id")
    if not made:
        raise Unknown(raw="no id")
    return Sent(external_id=made, url=SITE + made)


def _is_picture(file: File) -> bool:
    return file.content_type.startswith("image/")


def _upload_picture(graph: Graph, page: str, file: File) -> str:
    """Bring a picture to Facebook, unpublished. Whatever becomes of it, nobody has seen it yet."""
    try:
        answer = graph.upload(f"{page}/photos", {"published": "false", "temporary": "true"}, "source", file)
    except Unknown as error:
        raise Unreachable(raw=error.raw) from error
    found = id_in(answer, "id")
    if not found:
        raise Unreachable(raw="no id of the picture")
    return found


def look_up_reply(outgoing: Outgoing, account: Account) -> Sent | None:
    """Find a reply of unknown fate where it would stand. None: it is not there."""
    graph, page = graph_of(account), page_of(account.settings)
    if outgoing.visibility is Visibility.PRIVATE:
        return find_in_chat(graph, f"{page}/conversations", outgoing, (page,), platform="MESSENGER")
    for place in _places(outgoing):
        found = find_sent(
            graph.rows(f"{place}/comments", 2, fields=LISTED, order="reverse_chronological", limit="50"),
            outgoing,
            (page,),
        )
        if found is not None:
            return Sent(external_id=id_in(found, "id"), url=_url(found))
    return None


def _places(outgoing: Outgoing) -> list[str]:
    """List where Facebook may have put it: under what was answered, or beside it if that was a reply itself."""
    place, item = place_of(outgoing), outgoing.item
    above = item.in_reply_to if item else ""
    return [place, above] if above and above != place else [place]


def _url(row: Json) -> str:
    return text_in(row, "permalink_url") or SITE + id_in(row, "id")


def do_deed(deed: Deed, account: Account) -> None:
    """Like, hide, show again, delete, or mark as seen. Doing it twice does it once."""
    graph, item = graph_of(account), deed.item
    if deed.kind is DeedKind.SEEN:
        person = item.thread or item.author.id
        fields = {"recipient": {"id": person}, "sender_action": "MARK_SEEN"}
        graph.post(f"{page_of(account.settings)}/messages", fields)
        return
    answer = _DEEDS[deed.kind](graph, item.external_id)
    if answer.get("success") is False:
        raise Refused(NOT_DONE)


_DEEDS = {
    DeedKind.LIKE: lambda graph, name: graph.post(f"{name}/likes", {}),
    DeedKind.UNLIKE: lambda graph, name: graph.delete(f"{name}/likes"),
    DeedKind.HIDE: lambda graph, name: graph.post(name, {"is_hidden": True}),
    DeedKind.UNHIDE: lambda graph, name: graph.post(name, {"is_hidden": False}),
    DeedKind.DELETE: delete_node,
}
