"""What the ledger's kinds of events are called on screen."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allears.web.settings.sentences import fill

GROUPS: list[tuple[str, str | Promise]] = [
    ("conversation.", _("Conversations")),
    ("bulk.", _("Changes of many")),
    ("message.", _("Messages")),
    ("customer", _("Customers")),
    ("note.", _("Notes")),
    ("reply.", _("Replies")),
    ("dispatch.", _("Sending")),
    ("channel.", _("Channels")),
    ("envelope.", _("Dead letters")),
    ("brand.", _("Brands")),
    ("member.", _("Members")),
    ("invitation.", _("Invitations")),
    ("saved_reply.", _("Saved replies")),
    ("team.", _("Teams")),
    ("tag.", _("Tags")),
    ("view.", _("Views")),
    ("account.", _("Accounts and sign-ins")),
    ("token.", _("API tokens")),
    ("visitor.", _("Visitors of the chat")),
    ("webhook.", _("Webhooks")),
    ("workspace.", _("Workspace")),
]
NAMES = {
    "owner": _("Owner"),
    "admin": _("Administrator"),
    "lead": _("Lead"),
    "agent": _("Agent"),
    "observer": _("Observer"),
    "new": _("New"),
    "open": _("Open"),
    "pending": _("Pending"),
    "on_hold": _("On hold"),
    "solved": _("Solved"),
    "closed": _("Closed"),
    "answered": _("Answered"),
    "no_reply_needed": _("No reply needed"),
    "spam": _("Spam"),
}
WORDS: dict[str, str | Promise] = {
    "account.changed": _("Profile changed"),
    "account.password_changed": _("Password changed"),
    "account.password_reset": _("New password set by a link"),
    "account.reset_requested": _("New password asked for"),
    "account.signed_in": _("Signed in"),
    "account.signed_out": _("Signed out"),
    "brand.changed": _("Brand changed"),
    "brand.channels_changed": _("Channels of a brand changed"),
    "brand.created": _("Brand created"),
    "brand.deleted": _("Brand deleted"),
    "brand.made_default": _("Brand made the default"),
    "bulk.begun": _("Change of many begun"),
    "bulk.done": _("Change of many done"),
    "bulk.turned": _("Change of many taken back"),
    "bulk.undone": _("Change of many undone"),
    "channel.added": _("Channel connected"),
    "channel.budget_spent": _("Daily budget of a channel used up"),
    "channel.changed": _("Channel changed"),
    "channel.keys_ending": _("Keys of a channel end soon"),
    "channel.paused": _("Channel paused"),
    "channel.recovered": _("Channel is well again"),
    "channel.resumed": _("Channel resumed"),
    "channel.templates_listed": _("Templates listed"),
    "channel.subscribed": _("The network delivers to a channel"),
    "channel.troubled": _("Channel in trouble"),
    "channel.unsubscribed": _("The network does not deliver to a channel"),
    "conversation.assigned": _("Conversation assigned"),
    "conversation.given_to_team": _("Conversation given to a team"),
    "conversation.joined": _("Conversations joined"),
    "conversation.opened": _("Conversation opened"),
    "conversation.priority_changed": _("Priority changed"),
    "conversation.reopened": _("Conversation reopened"),
    "conversation.status_changed": _("Status changed"),
    "conversation.tagged": _("Conversation tagged"),
    "conversation.taken_private": _("Taken to private"),
    "conversation.untagged": _("Tag taken off"),
    "conversation.customer_changed": _("Conversation now of another customer"),
    "customer.merge_undone": _("Merge of customers undone"),
    "customer.told_apart": _("Customers told apart"),
    "customer.merged": _("Customers merged"),
    "customer.renamed": _("Customer renamed"),
    "customer_note.changed": _("Note about a customer changed"),
    "customer_note.deleted": _("Note about a customer deleted"),
    "customer_note.written": _("Note about a customer written"),
    "deed.asked": _("Like, hiding or deletion asked for"),
    "deed.done": _("Like, hiding or deletion done"),
    "deed.refused": _("Like, hiding or deletion refused by the network"),
    "dispatch.postponed": _("Sending put off"),
    "dispatch.refused": _("Answer refused by the network"),
    "dispatch.retried": _("Sent again by hand"),
    "dispatch.sent": _("Answer sent"),
    "dispatch.unknown": _("Fate of an answer unknown"),
    "draft.begun": _("Draft begun"),
    "draft.dropped": _("Draft dropped"),
    "envelope.died": _("Could not be read"),
    "envelope.replayed": _("Read again"),
    "envelope.settled": _("Dead letter settled"),
    "invitation.made": _("Invited"),
    "invitation.renewed": _("Invitation renewed"),
    "invitation.withdrawn": _("Invitation withdrawn"),
    "member.deactivated": _("Member deactivated"),
    "member.joined": _("Joined"),
    "member.reactivated": _("Member reactivated"),
    "member.reset_link_made": _("Password link made for a member"),
    "member.role_changed": _("Role changed"),
    "message.outcome_set": _("Outcome set"),
    "message.received": _("Message received"),
    "note.written": _("Note written"),
    "reply.cancelled": _("Answer taken back"),
    "reply.queued": _("Answer written"),
    "samples.added": _("Sample data added"),
    "tag.changed": _("Tag changed"),
    "tag.created": _("Tag made"),
    "tag.deleted": _("Tag deleted"),
    "tag.merged": _("Tags made one"),
    "saved_reply.changed": _("Saved reply changed"),
    "saved_reply.created": _("Saved reply created"),
    "saved_reply.deleted": _("Saved reply deleted"),
    "team.changed": _("Team changed"),
    "team.created": _("Team created"),
    "team.deleted": _("Team deleted"),
    "team.members_changed": _("Members of a team changed"),
    "token.made": _("API token made"),
    "token.revoked": _("API token revoked"),
    "visitor.answered_by_mail": _("Answer unseen in the chat sent by mail"),
    "visitor.blocked": _("Visitor blocked"),
    "visitor.identified": _("Visitor found to be a known customer"),
    "visitor.named": _("Visitor said their name"),
    "visitor.transcript_sent": _("What was said in the chat sent by mail"),
    "visitor.unblocked": _("Visitor let in again"),
    "webhook.added": _("Webhook added"),
    "webhook.changed": _("Webhook changed"),
    "webhook.deleted": _("Webhook deleted"),
    "webhook.paused": _("Webhook paused"),
    "webhook.replayed": _("Calls of a webhook made once more"),
    "webhook.resumed": _("Webhook resumed"),
    "webhook.secret_changed": _("New secret of a webhook"),
    "webhook.switched_off": _("Webhook switched off"),
    "view.changed": _("View changed"),
    "view.deleted": _("View deleted"),
    "view.saved": _("View saved"),
    "workspace.changed": _("Workspace changed"),
    "workspace.created": _("Workspace created"),
    "workspace.exported": _("Everything exported"),
    "workspace.imported": _("An archive imported"),
}


def details_of(facts: dict[str, Any]) -> str:
    """Put an event's facts on one line: a change as "old → new", a reason in words, else what they say."""
    old, new = facts.get("old", facts.get("before")), facts.get("new", facts.get("after"))
    rest = {name: fact for name, fact in facts.items() if name not in _TOLD_APART}
    said = [_say(fact) for fact in rest.values() if fact and isinstance(fact, str)]
    if facts.get("reason"):
        said.append(fill(facts["reason"], facts.get("reason_facts")))
    if isinstance(old, str) and isinstance(new, str):
        said.append(f"{_say(old)} → {_say(new)}")
    return ", ".join(said)


_TOLD_APART = {"old", "new", "before", "after", "reason", "reason_facts"}


def _say(fact: object) -> str:
    return str(NAMES.get(str(fact), fact))
