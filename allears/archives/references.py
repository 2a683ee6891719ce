"""Which numbers, words and facts in a row are ids, and of what; everything else is left as it is.

Foreign keys tell it by themselves. A test fails when a whole number or a JSON column of an archived table
is named neither here nor in NUMBERS or PLAIN.
"""

from collections.abc import Callable, Mapping
from typing import Any

from allears.archives.kinds import WORKSPACE, all_kinds

Move = Callable[[str, int], int]

MEMBER, TEAM, CHANNEL = "workspaces.member", "workspaces.team", "channels.channel"
CUSTOMER, CONVERSATION, MESSAGE = "people.customer", "conversations.conversation", "conversations.message"
TAG, BRAND, SAVED_REPLY = "conversations.tag", "workspaces.brand", "replies.savedreply"
ENVELOPE, DISPATCH, NOTE = "intake.envelope", "replies.dispatch", "conversations.note"

# "kind.column": the kind whose ids it holds. 0 and none stay what they are.
IDS: dict[str, str] = {
    "events.event.by": MEMBER,
    "events.event.conversation": CONVERSATION,
    "events.event.channel": CHANNEL,
    "intake.envelope.workspace_id": WORKSPACE,
    "intake.envelope.channel_id": CHANNEL,
    "intake.ending.envelope_id": ENVELOPE,
    "intake.ending.channel_id": CHANNEL,
    "conversations.conversation.last_message_id": MESSAGE,
    "conversations.conversation.last_outbound_id": MESSAGE,
    "conversations.conversation.copies": MESSAGE,
    "conversations.messagereading.copies": MESSAGE,
    "conversations.leg.party": "people.identity",
    "conversations.message.envelope_id": ENVELOPE,
    "conversations.message.outcome_by": MEMBER,
    "people.customermerge.absorbed_id": CUSTOMER,
    "people.customermerge.last_conversation_id": CONVERSATION,
    "suggesting.suggestion.seen_message_id": MESSAGE,
    "chat.visitor.seen_message_id": MESSAGE,
    "chat.visitor.mailed_message_id": MESSAGE,
    "chat.mailedanswer.up_to_message_id": MESSAGE,
}
NUMBERS = {
    "channels.channel.daily_budget",
    "channels.price.micro_dollars",
    "channels.spending.count",
    "channels.spending.micro_dollars",
    "conversations.conversation.queue_position",
    "conversations.conversation.matter_position",
    "conversations.attachment.size",
    "conversations.post.comments",
    "conversations.post.likes",
    "conversations.post.shares",
    "conversations.post.views",
    "people.identity.followers",
    "replies.draftfile.size",
    "chat.visitorfile.size",
    "suggesting.languagemodel.price_in",
    "suggesting.languagemodel.price_out",
    "suggesting.languagemodel.daily_tokens",
    "suggesting.languagemodel.monthly_tokens",
    "suggesting.languagemodel.daily_micro_dollars",
    "suggesting.languagemodel.monthly_micro_dollars",
    "suggesting.suggestion.micro_dollars",
}
# JSON columns without ids.
PLAIN = {
    "workspaces.brand.hours",
    "workspaces.brand.holidays",
    "channels.channel.settings",
    "channels.channel.trouble_facts",
    "channels.channel.found",
    "intake.ending.reason_facts",
    "conversations.attachment.trouble_facts",
    "conversations.message.facts",
    "conversations.messagereading.reasons",
    "conversations.messagereading.personal",
    "conversations.messagebody.references",
    "conversations.messagebody.warnings",
    "people.samepersonhint.reason_facts",
    "replies.dispatch.trouble_facts",
    "replies.dispatch.template",
    "replies.itemdeed.trouble_facts",
    "suggesting.languagemodel.uses",
    "suggesting.suggestion.trouble_facts",
    "webhooks.endpoint.kinds",
    "webhooks.endpoint.trouble_facts",
}
# What stands before the colon in "member:7".
SUBJECTS = {
    "member": MEMBER,
    "team": TEAM,
    "channel": CHANNEL,
    "customer": CUSTOMER,
    "conversation": CONVERSATION,
    "envelope": ENVELOPE,
    "dispatch": DISPATCH,
    "message": MESSAGE,
    "note": NOTE,
    "webhook": "webhooks.endpoint",
    "tag": TAG,
    "brand": BRAND,
    "visitor": "chat.visitor",
    "view": "conversations.savedview",
    "saved_reply": SAVED_REPLY,
    "suggestion": "suggesting.suggestion",
}
FACTS = {
    "message": MESSAGE,
    "note": NOTE,
    "dispatch": DISPATCH,
    "joined": CONVERSATION,
    "called": MEMBER,
    "added": MEMBER,
    "removed": MEMBER,
    "into": TAG,
    "customer": CUSTOMER,
    "identity": "people.identity",
    "absorbed": CUSTOMER,
    "merge": "people.customermerge",
}
# What a saved view may ask for by its id.
WANTED = {
    "assignee": MEMBER,
    "team": TEAM,
    "channel": CHANNEL,
    "brand": BRAND,
    "tag": TAG,
    "customer": CUSTOMER,
}
# Of these events "before" and "after" are ids.
CHANGES = {"conversation.assigned": MEMBER, "conversation.given_to_team": TEAM}


def move_event(row: dict[str, Any], move: Move) -> None:
    """Move the ids among an event's facts, and in what it is about."""
    row["subject"] = move_name(row["subject"], move)
    facts = row["facts"]
    of_change = CHANGES.get(row["kind"])
    for name, fact in facts.items():
        other = of_change if name in {"before", "after"} else FACTS.get(name)
        if other:
            facts[name] = _moved(other, fact, move)


def move_name(name: str, move: Move) -> str:
    """Move the id in a name such as "member:7"."""
    kind, colon, id_ = name.partition(":")
    if colon and id_.isdecimal() and kind in SUBJECTS:
        return f"{kind}:{move(SUBJECTS[kind], int(id_))}"
    return name


def move_identity(row: dict[str, Any], move: Move) -> None:
    """Move the channel that an identity's realm names."""
    row["realm"] = move_name(row["realm"], move)


def move_dispatch(row: dict[str, Any], move: Move) -> None:
    """Move the assignee that a dispatch remembers for undo, and the saved replies in it."""
    before = row["before"]
    for name, label in (("assignee", MEMBER), ("saved_replies", SAVED_REPLY)):
        if before.get(name):
            before[name] = _moved(label, before[name], move)


def move_draft(row: dict[str, Any], move: Move) -> None:
    """Move the saved replies in a draft."""
    row["saved_replies"] = _moved(SAVED_REPLY, row["saved_replies"], move)


def move_merge(row: dict[str, Any], move: Move) -> None:
    """Move the ids of what moved with a merge, told by table and column; those that were "named" are conversations."""
    labels = {kind.model._meta.db_table: kind.label for kind in all_kinds()}
    for place, ids in row["moved"].items():
        label = labels.get(place.partition(".")[0], CONVERSATION if place == "named" else "")
        if label:
            row["moved"][place] = [move(label, id_) for id_ in ids]


def move_view(row: dict[str, Any], move: Move) -> None:
    """Move what a view asks for: ids as words among others such as "me"."""
    for name, label in WANTED.items():
        if name in row["wanted"]:
            words = row["wanted"][name]
            row["wanted"][name] = [
                str(move(label, int(word))) if word.isdecimal() else word for word in words
            ]


def _moved(other: str, fact: Any, move: Move) -> Any:
    """Move an id, or each of a list; words and nothing stay what they are."""
    if isinstance(fact, list):
        return [_moved(other, one, move) for one in fact]
    return move(other, fact) if isinstance(fact, int) and not isinstance(fact, bool) else fact


# Kinds whose JSON or words hold ids, and how those move.
INSIDE: Mapping[str, Callable[[dict[str, Any], Move], None]] = {
    "events.event": move_event,
    "people.identity": move_identity,
    "replies.dispatch": move_dispatch,
    "replies.draft": move_draft,
    "conversations.savedview": move_view,
    "people.customermerge": move_merge,
}
# Their columns, told apart from PLAIN ones.
INSIDE_COLUMNS = {
    "events.event.facts",
    "events.event.subject",
    "people.identity.realm",
    "replies.dispatch.before",
    "replies.draft.saved_replies",
    "conversations.savedview.wanted",
    "people.customermerge.moved",
}
