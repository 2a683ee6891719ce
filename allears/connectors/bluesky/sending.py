"""Answer on Bluesky. The key of a post is chosen before it is sent, so sending it again writes the same post."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

from allears.connectors.bluesky.client import GONE, NOT_TAKEN, Client
from allears.connectors.bluesky.facets import facets_of
from allears.connectors.bluesky.judging import (
    NO_TAKING_BACK,
    NOT_OUR_THREAD,
    NOT_OURS,
    UNKNOWN_VERSION,
    rules_for,
)
from allears.connectors.bluesky.places import GATE, LIKE, POST, Place, key_for, place_of, url_of
from allears.connectors.bluesky.posts import CID, CONVO, ROOT, ROOT_CID
from allears.connectors.errors import Refused, Unreachable
from allears.connectors.interface import Account, Deed, DeedKind, File, Item, Outgoing, Sent, Visibility
from allears.connectors.json_values import Json, id_in, moment_in, object_in, objects_in, text_in
from allears.connectors.measuring import excess_of
from allears.connectors.words import mark

TOO_LONG = mark("The answer is longer than Bluesky takes (%(most)s).")
TOO_MANY_FILES = mark("Bluesky takes at most %(most)s pictures with a post.")
BAD_FILE = mark("Bluesky takes only pictures of at most %(most)s kilobytes. %(name)s is none.")
NO_FILES = mark("Bluesky takes no files with direct messages.")
EMPTY = mark("There is nothing to send.")
NOT_OFFERED = mark("Bluesky does not offer that.")
MOST_HIDDEN = mark("Bluesky hides at most 300 replies under one post.")
HIDDEN_UNDER_ONE = 300
LARGEST = 50 * 1024 * 1024
MOST_LOOKED_AT = 100


def send_answer(outgoing: Outgoing, account: Account) -> Sent:
    """Post an answer, or send a direct message. Raise as `send` does."""
    _judge(outgoing)
    if outgoing.visibility is Visibility.PRIVATE:
        return _send_message(outgoing, account)
    client = Client(account)
    place = Place(client.did, POST, key_for(outgoing.key, outgoing.sent_at))
    record = compose(outgoing, client)
    written = client.tell(
        "com.atproto.repo.putRecord",
        {"repo": place.repo, "collection": POST, "rkey": place.key, "record": record},
    )
    return _sent(place, text_in(written, "cid"), record, account)


def _judge(outgoing: Outgoing) -> None:
    limits, rules = rules_for(outgoing.visibility)
    over = excess_of(outgoing.text, limits)
    if over:
        raise Refused(TOO_LONG, most=str(over[1].most))
    if not outgoing.text.strip() and not outgoing.files:
        raise Refused(EMPTY)
    if outgoing.files and rules is None:
        raise Refused(NO_FILES)
    if rules and len(outgoing.files) > rules.most:
        raise Refused(TOO_MANY_FILES, most=str(rules.most))
    for file in outgoing.files:
        if rules and (file.content_type not in rules.types or len(file.data) > rules.largest):
            raise Refused(BAD_FILE, most=str(rules.largest // 1000), name=file.name)


def compose(outgoing: Outgoing, client: Client) -> Json:
    """Write the record of an answer. The same answer is the same record, to the letter."""
    record: Json = {
        "$type": POST,
        "text": outgoing.text,
        "createdAt": _moment(outgoing.sent_at),
        "reply": _reply(outgoing.item),
    }
    if facets := facets_of(outgoing.text, _finder(client)):
        record["facets"] = facets
    if outgoing.files:
        images = [
            {"alt": _alt(file), "image": client.upload(file.data, file.content_type)}
            for file in outgoing.files
        ]
        record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    return record


def _alt(file: File) -> str:
    return file.name.rsplit(".", 1)[0]


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _reply(item: Item | None) -> Json:
    """Name the post that is answered and the root of its thread, each by its uri and its version."""
    if item is None or not item.facts.get(CID):
        raise Refused(UNKNOWN_VERSION)
    parent = {"uri": item.external_id, "cid": item.facts[CID]}
    root = {
        "uri": item.facts.get(ROOT, item.external_id),
        "cid": item.facts.get(ROOT_CID, item.facts[CID]),
    }
    return {"root": root, "parent": parent}


def _finder(client: Client) -> Callable[[str], str]:
    """Find out who a mentioned handle is; nobody, if the server knows of none."""

    @cache
    def did_of(handle: str) -> str:
        try:
            return id_in(client.ask("com.atproto.identity.resolveHandle", {"handle": handle}), "did")
        except (Refused, Unreachable):
            return ""

    return did_of


def _sent(place: Place, cid: str, record: Json, account: Account) -> Sent:
    root = object_in(object_in(record, "reply"), "root")
    facts = {CID: cid, ROOT: text_in(root, "uri") or place.uri, ROOT_CID: text_in(root, "cid") or cid}
    handle = account.settings.get("handle", "").removeprefix("@")
    kept = {name: value for name, value in facts.items() if value}
    return Sent(external_id=place.uri, url=url_of(place.uri, handle), facts=kept)


def _send_message(outgoing: Outgoing, account: Account) -> Sent:
    client = Client(account)
    convo = _convo(outgoing, client)
    message: Json = {"text": outgoing.text}
    if facets := facets_of(outgoing.text, _finder(client)):
        message["facets"] = facets
    body = {"convoId": convo, "message": message}
    sent = client.tell("chat.bsky.convo.sendMessage", body, chat=True, repeatable=False)
    return _sent_message(convo, id_in(sent, "id"), outgoing)


def _sent_message(convo: str, id_: str, outgoing: Outgoing) -> Sent:
    recipient = outgoing.item.author if outgoing.item and not outgoing.item.is_ours else outgoing.to
    return Sent(external_id=id_, thread=f"convo:{convo}", recipient=recipient, facts={CONVO: convo})


def _convo(outgoing: Outgoing, client: Client) -> str:
    """Name the conversation: the one that was heard, or the one between us and them, opened if need be."""
    if outgoing.thread.startswith("convo:"):
        return outgoing.thread.removeprefix("convo:")
    if outgoing.item and outgoing.item.facts.get(CONVO):
        return outgoing.item.facts[CONVO]
    found = client.ask("chat.bsky.convo.getConvoForMembers", {"members": [outgoing.to.id]}, chat=True)
    convo = id_in(object_in(found, "convo"), "id")
    if not convo:
        raise Refused(NOT_TAKEN)
    return convo


def look_up_answer(outgoing: Outgoing, account: Account) -> Sent | None:
    """Find an answer of unknown fate: a post is simply written again under its key, a message looked for."""
    if outgoing.visibility is not Visibility.PRIVATE:
        return send_answer(outgoing, account)
    client = Client(account)
    convo = _convo(outgoing, client)
    query = {"convoId": convo, "limit": str(MOST_LOOKED_AT)}
    for message in objects_in(client.ask("chat.bsky.convo.getMessages", query, chat=True), "messages"):
        at = moment_in(message, "sentAt")
        is_ours = id_in(object_in(message, "sender"), "did") == client.did
        is_later = at is not None and at >= outgoing.sent_at - timedelta(minutes=5)
        if is_ours and is_later and text_in(message, "text").split() == outgoing.text.split():
            return _sent_message(convo, id_in(message, "id"), outgoing)
    return None


def do_deed(deed: Deed, account: Account) -> None:
    """Like, hide under our own post, or delete our own; and take it back. Doing it again does it once."""
    client = Client(account)
    if deed.item.visibility is Visibility.PRIVATE:
        _do_in_chat(deed, client)
        return
    match deed.kind:
        case DeedKind.LIKE:
            _like(deed.item, client)
        case DeedKind.UNLIKE:
            _delete(Place(client.did, LIKE, _like_key(deed.item)), client)
        case DeedKind.HIDE | DeedKind.UNHIDE:
            _hide(deed, client)
        case DeedKind.DELETE:
            place = place_of(deed.item.external_id)
            if not deed.item.is_ours or place is None or place.repo != client.did:
                raise Refused(NOT_OURS)
            _delete(place, client)
        case _:
            raise Refused(NOT_OFFERED)


def _do_in_chat(deed: Deed, client: Client) -> None:
    convo = deed.item.facts.get(CONVO, "")
    if deed.kind in {DeedKind.HIDE, DeedKind.UNHIDE, DeedKind.DELETE} or not convo:
        raise Refused(NO_TAKING_BACK if convo else UNKNOWN_VERSION)
    if deed.kind is DeedKind.SEEN:
        client.tell(
            "chat.bsky.convo.updateRead", {"convoId": convo, "messageId": deed.item.external_id}, chat=True
        )
        return
    method = "addReaction" if deed.kind is DeedKind.LIKE else "removeReaction"
    emoji = deed.emoji or deed.item.reacted or "❤️"
    body = {"convoId": convo, "messageId": deed.item.external_id, "value": emoji}
    client.tell(f"chat.bsky.convo.{method}", body, chat=True)


def _like_key(item: Item) -> str:
    return key_for(f"like {item.external_id}", item.sent_at)


def _like(item: Item, client: Client) -> None:
    if not item.facts.get(CID):
        raise Refused(UNKNOWN_VERSION)
    subject = {"uri": item.external_id, "cid": item.facts[CID]}
    record = {"$type": LIKE, "subject": subject, "createdAt": _moment(item.sent_at)}
    body = {"repo": client.did, "collection": LIKE, "rkey": _like_key(item), "record": record}
    client.tell("com.atproto.repo.putRecord", body)


def _delete(place: Place, client: Client) -> None:
    body = {"repo": place.repo, "collection": place.collection, "rkey": place.key}
    try:
        client.tell("com.atproto.repo.deleteRecord", body)
    except Refused as error:
        if error.detail != GONE:
            raise


def _hide(deed: Deed, client: Client) -> None:
    """Write into the gate of our thread which replies are hidden; what else the gate says stays."""
    root = place_of(deed.item.facts.get(ROOT, ""))
    if root is None or root.repo != client.did:
        raise Refused(NOT_OUR_THREAD)
    gate, version = _gate(root, client)
    hidden = [uri for uri in gate.get("hiddenReplies") or [] if uri != deed.item.external_id]
    if deed.kind is DeedKind.HIDE:
        hidden.append(deed.item.external_id)
    if len(hidden) > HIDDEN_UNDER_ONE:
        raise Refused(MOST_HIDDEN)
    body: Json = {
        "repo": root.repo,
        "collection": GATE,
        "rkey": root.key,
        "record": {**gate, "hiddenReplies": hidden},
        "swapRecord": version or None,
    }
    client.tell("com.atproto.repo.putRecord", body)


def _gate(root: Place, client: Client) -> tuple[Json, str]:
    """Give the gate of a thread of ours and its version; a new one that closes nothing where there is none."""
    query = {"repo": root.repo, "collection": GATE, "rkey": root.key}
    try:
        found = client.ask("com.atproto.repo.getRecord", query)
    except Refused as error:
        if error.detail != GONE:
            raise
        return {"$type": GATE, "post": root.uri, "createdAt": _moment(datetime.now(UTC))}, ""
    return object_in(found, "value"), text_in(found, "cid")


def fetch_picture(remote: str, account: Account) -> File:
    """Bring a picture from where the network keeps it; our session is shown to nobody."""
    client = Client(account)
    response = client.web.get(remote, largest=LARGEST)
    if response.status_code >= 500:
        raise Unreachable(raw=str(response.status_code))
    if response.status_code != 200:
        raise Refused(GONE, raw=str(response.status_code))
    name = urlsplit(remote).path.rsplit("/", 1)[-1].replace("@", ".")
    content_type = response.headers.get("content-type", "").split(";")[0].strip()
    return File(name=name, content_type=content_type or "image/jpeg", data=response.content)
