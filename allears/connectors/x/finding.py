"""Look at X for a reply of unknown fate, among the latest that our account wrote there."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from allears.connectors.interface import Account, Outgoing, Sent, Visibility, WebResponse
from allears.connectors.meta.values import Json, id_in, objects_in, text_in
from allears.connectors.x.asking import OF_MESSAGES, OF_POSTS, POST, TWEET, dialect_of
from allears.connectors.x.describing import MESSAGE_READ, MESSAGES, OWN_READ, READ
from allears.connectors.x.direct import other_than, thread_of
from allears.connectors.x.moments import written_at
from allears.connectors.x.network import call, spend, understand
from allears.connectors.x.posts import REPLIED, references_of
from allears.connectors.x.texts import same_words, words_of

LOOKED_AT = 20
CLOCKS_DIFFER = timedelta(seconds=5)


def find_sent(outgoing: Outgoing, account: Account) -> Sent | None:
    """Find a reply at X by where it stands and its words, if it was made after it was written here. None: no."""
    if outgoing.visibility is Visibility.PUBLIC:
        return _find_post(outgoing, account)
    return _find_message(outgoing, account)


def _find_post(outgoing: Outgoing, account: Account) -> Sent | None:
    us, item = account.settings.get("account_id", ""), outgoing.item
    answered = {outgoing.in_reply_to} | ({item.external_id, item.facts.get("newest", "")} if item else set())
    path, query = f"/2/users/{us}/tweets", {"max_results": str(LOOKED_AT)}
    response = _latest(account, path, query)
    rows = list(objects_in(understand(response, account, writes=False), "data"))
    spend(account, OWN_READ, len(rows))
    after = _not_before(outgoing, response)
    for row in rows:
        is_there = references_of(row).get(REPLIED, "") in answered - {""}
        if is_there and _is_it(row, outgoing, after):
            handle = account.settings.get("handle", "").lstrip("@") or "i"
            number = id_in(row, "id")
            return Sent(
                external_id=number, url=f"https://x.com/{handle}/status/{number}", facts={"newest": number}
            )
    return None


def _latest(account: Account, path: str, query: dict[str, str]) -> WebResponse:
    first = dialect_of(account)
    response = call(account, "GET", path, query={**query, **OF_POSTS[first]}, budget=READ)
    if response.status_code != 400:
        return response
    other = OF_POSTS[POST if first == TWEET else TWEET]
    return call(account, "GET", path, query={**query, **other}, budget=READ)


def _find_message(outgoing: Outgoing, account: Account) -> Sent | None:
    us, item = account.settings.get("account_id", ""), outgoing.item
    thread = item.thread if item and item.visibility is Visibility.PRIVATE else ""
    if thread and "-" not in thread:
        path = f"/2/dm_conversations/{thread}/dm_events"
    else:
        path = f"/2/dm_conversations/with/{other_than(us, thread) or outgoing.to.id}/dm_events"
    query = {"max_results": str(LOOKED_AT), "event_types": "MessageCreate", **OF_MESSAGES}
    response = call(account, "GET", path, query=query, budget=MESSAGES)
    rows = list(objects_in(understand(response, account, writes=False), "data"))
    spend(account, MESSAGE_READ, len(rows))
    after = _not_before(outgoing, response)
    for row in rows:
        if id_in(row, "sender_id") == us and _is_it(row, outgoing, after):
            told = thread_of(id_in(row, "dm_conversation_id"), us, outgoing.to.id)
            return Sent(external_id=id_in(row, "id"), thread=told, recipient=outgoing.to)
    return None


def _is_it(row: Json, outgoing: Outgoing, after: datetime) -> bool:
    is_later = written_at(row, id_in(row, "id"), after) >= after
    return is_later and (same_words(outgoing.text, words_of(row)) or outgoing.text == text_in(row, "text"))


def _not_before(outgoing: Outgoing, response: WebResponse) -> datetime:
    """Say since when it can have been made, by X's own clock, for ours may go wrong."""
    try:
        told = parsedate_to_datetime(response.headers.get("date", ""))
        differ = told.astimezone(UTC) - datetime.now(UTC)
    except (ValueError, TypeError):
        differ = timedelta()
    return outgoing.sent_at + differ - CLOCKS_DIFFER
