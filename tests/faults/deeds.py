"""What a person does at the desk, done by a process of its own on the data folder under test."""

from datetime import timedelta
from typing import Any

from allears.cli.setting_up import prepare


def found_desk(webhook_url: str) -> dict[str, Any]:
    """Set up a workspace and an API channel; return what a program needs to deliver, and a session's cookie."""
    prepare()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from allears.foundation.workspaces.actions import create_workspace_with_owner, record_sign_in
    from allears.pipeline.channels.actions import add_channel

    owner = create_workspace_with_owner(
        workspace_name="Lantern", name="Olga", email="olga@lantern.example", password="kettle-harbour-39"
    )
    values = {"webhook_url": webhook_url} if webhook_url else {}
    channel, secret = add_channel(owner.workspace, "api", "Shop", values)
    session = SessionStore()
    session[SESSION_KEY] = str(owner.account_id)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = owner.account.get_session_auth_hash()
    session.create()
    record_sign_in(owner.account, session.session_key or "", "Firefox, Linux", "192.0.2.1")
    return {"path": f"/in/{channel.key}", "secret": secret, "session": session.session_key}


def add_mailbox(imap_port: str, smtp_port: str) -> int:
    """Connect a mailbox on this machine."""
    prepare()
    from allears.foundation.workspaces.models import Workspace
    from allears.pipeline.channels.actions import add_channel

    values = {
        "address": "care@shop.example",
        "password": "open sesame",
        "imap_host": "127.0.0.1",
        "imap_port": imap_port,
        "imap_security": "none",
        "smtp_host": "127.0.0.1",
        "smtp_port": smtp_port,
        "smtp_security": "none",
        "smtp_user": "-",
        "sent_folder": "Sent",
    }
    return add_channel(Workspace.objects.get(), "email", "Mail", values)[0].id


def answer_all(each: str = "1", due_now: str = "yes") -> int:
    """Queue so many replies to every conversation, due at once; return how many there are."""
    prepare()
    from uuid import uuid4

    from allears.foundation.clock import now
    from allears.foundation.workspaces.models import Member
    from allears.pipeline.conversations.models import Conversation
    from allears.pipeline.replies.actions.queueing import Reply, queue_reply
    from allears.pipeline.replies.models import Dispatch

    member = Member.objects.get()
    for _ in range(int(each)):
        for conversation in Conversation.objects.order_by("id"):
            words = Reply(
                text=f"Answer to {conversation.id}",
                idempotency_key=uuid4().hex,
                seen_message_id=conversation.last_message_id,
            )
            queue_reply(member, conversation, words)
    if due_now == "yes":
        Dispatch.objects.filter(state="held").update(due_at=now() - timedelta(seconds=1))
    return Dispatch.objects.count()


def decide(taken: str) -> int:
    """Decide, as a person who looked at the other side: what it has was sent, what it lacks goes again."""
    prepare()
    import json

    from allears.foundation.workspaces.models import Member
    from allears.pipeline.replies.actions.deciding import decide_unknown_dispatch
    from allears.pipeline.replies.models import Dispatch

    keys, member = set(json.loads(taken)), Member.objects.get()
    unknown = list(Dispatch.objects.filter(state="unknown").select_related("message"))
    for dispatch in unknown:
        key = f"dispatch-{dispatch.workspace_id}-{dispatch.id}"
        decide_unknown_dispatch(member, dispatch, was_sent=key in keys)
    return len(unknown)


def look() -> dict[str, Any]:
    """Read what is stored: every message with its conversation, every dispatch, what waits, what died."""
    prepare()
    from allears.pipeline.conversations.models import Message
    from allears.pipeline.intake.models import Ending, Waiting
    from allears.pipeline.replies.models import Dispatch

    inbound = Message.objects.filter(direction="in").order_by("id")
    return {
        "messages": list(inbound.values_list("external_id", "conversation_id", "text")),
        "dispatches": {
            f"dispatch-{workspace}-{id_}": state
            for workspace, id_, state in Dispatch.objects.values_list("workspace_id", "id", "state")
        },
        "waiting": Waiting.objects.count(),
        "dead": list(Ending.objects.filter(ended_as="dead").values_list("envelope_id", "reason")),
    }


def retry_all() -> None:
    """Press "Try again" on everything that waits."""
    prepare()
    from allears.foundation.workspaces.models import Member
    from allears.pipeline.replies.actions.deciding import retry_dispatch
    from allears.pipeline.replies.models import Dispatch

    for dispatch in Dispatch.objects.filter(state="waiting"):
        retry_dispatch(Member.objects.get(), dispatch)
