"""Ask Facebook for what a webhook left out: the words of a mention, the name of who writes in Messenger."""

from collections.abc import Sequence
from dataclasses import replace

from allears.connectors.errors import ConnectorError
from allears.connectors.facebook.feed import NOBODY
from allears.connectors.facebook.keys import graph_of, token_of
from allears.connectors.interface import Account, Incoming, Record, Visibility
from allears.connectors.meta.attachments import address_in, remote_file
from allears.connectors.meta.names import find_name
from allears.connectors.meta.values import id_in, text_in

WORDS = "id,message,from,permalink_url"


def complete(records: Sequence[Record], account: Account) -> list[Record]:
    """Fill in what can be asked for; what can't stays as it came."""
    if account.web is None or not token_of(account):
        return list(records)
    return [_completed(one, account) if isinstance(one, Incoming) else one for one in records]


def _completed(incoming: Incoming, account: Account) -> Incoming:
    if incoming.visibility is Visibility.PUBLIC:
        return incoming if incoming.text or incoming.files else _with_words(incoming, account)
    if incoming.is_ours or incoming.author.name != NOBODY:
        return incoming
    graph = graph_of(account)
    found = find_name(graph, incoming.author.id, "name,profile_pic")
    name, picture = text_in(found, "name"), address_in(found, "profile_pic")
    return replace(incoming, author=replace(incoming.author, name=name or NOBODY, picture_url=picture))


def _with_words(incoming: Incoming, account: Account) -> Incoming:
    """Ask for the words of something public that came with its id only."""
    try:
        node = graph_of(account).get(incoming.external_id, fields=WORDS)
    except ConnectorError:
        return incoming
    text, person = text_in(node, "message"), id_in(node, "from", "id")
    author = incoming.author
    if person:
        author = replace(author, id=person, name=text_in(node, "from", "name") or author.name)
    picture = address_in(node, "full_picture")
    files = (remote_file(picture, "picture.jpg", "image/jpeg"),) if picture else ()
    return replace(
        incoming,
        text=text,
        author=author,
        files=files,
        url=address_in(node, "permalink_url") or incoming.url,
        warnings=() if text or files else incoming.warnings,
    )
