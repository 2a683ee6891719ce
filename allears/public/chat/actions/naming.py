"""What a visitor is called: a code until they say their name."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from allears.foundation.events.actions import record_event
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.people.models import Customer, Identity
from allears.pipeline.people.search_index import index_people
from allears.public.chat.models import Visitor
from allears.public.chat.queries.visitors import KIND


def name_of_visitor(visitor: Visitor) -> str:
    """Say what to call a visitor: their name, else their address, else a short code that stays theirs."""
    if visitor.name or visitor.email:
        return visitor.name or visitor.email
    return code_name(visitor)


def code_name(visitor: Visitor) -> str:
    """Call a visitor by their code, in the workspace's language."""
    with override(visitor.workspace.language):
        return _("Visitor %(code)s") % {"code": code_of(visitor)}


def code_of(visitor: Visitor) -> str:
    """Return four letters that stand for a visitor."""
    return "".join(letter for letter in visitor.public_id if letter.isalnum())[:4].upper()


def name_customer(visitor: Visitor, name: str, email: str) -> None:
    """Write a visitor's new name where they are known already; what a member called them stays."""
    mine = Identity.objects.filter(
        workspace=visitor.workspace_id,
        network=KIND,
        realm=f"channel:{visitor.channel_id}",
        external_id=visitor.public_id,
    )
    identity = mine.first()
    if identity is None:
        return
    before, after = name_of_visitor(visitor), name or email
    mine.update(name=after[:200], address=email[:320])
    renamed = Customer.objects.filter(id=identity.customer_id, name=before[:200]).update(name=after[:200])
    index_people((one, one.customer.name) for one in mine.select_related("customer"))
    if not renamed:
        return
    theirs = Conversation.objects.filter(customer=identity.customer_id)
    theirs.filter(customer_name=before[:200]).update(customer_name=after[:200])
    newest = theirs.order_by("-last_message_at").values_list("id", flat=True).first()
    if newest:
        record_event(
            "visitor.named", visitor.workspace_id, conversation=newest, channel=visitor.channel_id, name=after
        )
