"""Fetch what still lies on a network: files of messages, and what is to be known of posts."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast

import structlog
from django.db import transaction

from allears.connectors.errors import ConnectorError, Disconnected, Refused, SlowDown
from allears.connectors.interface import Ability, ConnectedConnector, File
from allears.connectors.interface import Post as Told
from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.foundation.errors import NotVisible
from allears.foundation.events.actions import record_event
from allears.foundation.files import store_file
from allears.foundation.vault import VaultLocked, seal, unseal
from allears.foundation.work.actions import put_job
from allears.foundation.workspaces.models import Member
from allears.pipeline.channels.actions.refreshing import with_fresh_keys
from allears.pipeline.channels.models import Channel, ChannelState
from allears.pipeline.channels.queries import account_of, get_connector
from allears.pipeline.conversations.actions.holding import require_answering
from allears.pipeline.conversations.actions.posts import see_post_again
from allears.pipeline.conversations.models import Attachment, FileState, Post

log = structlog.get_logger("allears.files")
PAUSES = [15, 60, 300, 1800, 7200, 21600]
PAUSES_FOR_POSTS = [60, 600, 3600]
LARGEST = 100 * 1024 * 1024
STALE_AFTER = timedelta(minutes=30)
AT_ONCE = 200
TOO_LARGE = mark("This file is larger than 100 MB, so it was left on the network.")
GAVE_UP = mark("The network did not give this file, though it was asked for many hours.")
NOT_HERE = mark("This file was not fetched before its message came here from another installation.")
STUMBLED = mark("All Ears stumbled while fetching this file.")


def seal_remote(remote: str, channel_id: int) -> str:
    """Seal where a file lies on the network, for it may hold a secret."""
    return seal(remote, _place_of(channel_id))


def fetch_file(attachment_id: int, tries: int = 0) -> None:
    """Fetch the bytes of a file that lies on the network; try again after growing pauses, then say that it is gone."""
    rows = Attachment.objects.select_related("message__channel")
    attachment = rows.filter(id=attachment_id, state=FileState.WAITING).first()
    if attachment is None:
        return
    channel = attachment.message.channel
    if not attachment.remote or Ability.FETCH_FILES not in get_connector(channel.kind).can:
        _let_go(attachment, Refused(NOT_HERE))
        return
    try:
        file = _fetch(attachment, channel)
    except Refused as error:
        _let_go(attachment, error)
    except ConnectorError as error:
        log.info("file_not_fetched", attachment=attachment.id, error=type(error).__name__, raw=error.raw)
        _come_back(attachment, error, tries)
    except VaultLocked:
        _let_go(attachment, Refused(NOT_HERE))
    else:
        _keep(attachment, file)


def _fetch(attachment: Attachment, channel: Channel) -> File:
    if channel.state == ChannelState.DISCONNECTED:
        raise Disconnected
    connector = cast("ConnectedConnector", get_connector(channel.kind))
    remote = unseal(attachment.remote, _place_of(channel.id))
    try:
        return with_fresh_keys(channel, lambda at: connector.fetch_file(remote, account_of(at)))
    except ConnectorError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the file is asked for again
        # Nothing of it goes to the log but its kind: it may tell where the file lies.
        log.warning("fetching_failed", attachment=attachment.id, error=type(error).__name__)
        raise ConnectorError(STUMBLED) from None


def _keep(attachment: Attachment, file: File) -> None:
    if len(file.data) > LARGEST:
        _let_go(attachment, Refused(TOO_LARGE))
        return
    digest = store_file(file.data)
    with transaction.atomic():
        changed = Attachment.objects.filter(id=attachment.id, state=FileState.WAITING).update(
            state=FileState.KEPT,
            digest=digest,
            size=len(file.data),
            name=(attachment.name or file.name)[:255],
            content_type=(file.content_type or attachment.content_type)[:127],
            remote="",
            trouble="",
            trouble_facts={},
        )
        if changed:
            _record("message.file_came", attachment)


def _let_go(attachment: Attachment, error: ConnectorError) -> None:
    with transaction.atomic():
        changed = Attachment.objects.filter(id=attachment.id, state=FileState.WAITING).update(
            state=FileState.GONE, trouble=error.detail[:300], trouble_facts=dict(error.facts)
        )
        if changed:
            _record("message.file_lost", attachment)


def _come_back(attachment: Attachment, error: ConnectorError, tries: int) -> None:
    if tries >= len(PAUSES):
        _let_go(attachment, Refused(GAVE_UP))
        return
    due_at = now() + timedelta(seconds=PAUSES[tries])
    if isinstance(error, SlowDown):
        due_at = max(due_at, error.until)
    with transaction.atomic():
        Attachment.objects.filter(id=attachment.id, state=FileState.WAITING).update(
            trouble=error.detail[:300], trouble_facts=dict(error.facts)
        )
        _put(attachment.id, tries + 1, due_at)


def fetch_file_again(attachment_id: int, by: Member) -> None:
    """Have a file that could not be had fetched once more; one that is here, or on its way, is left alone."""
    require_answering(by)
    mine = Attachment.objects.filter(id=attachment_id, message__workspace=by.workspace_id)
    if not mine.exists():
        raise NotVisible
    with transaction.atomic():
        lost = mine.filter(state=FileState.GONE).exclude(remote="").values("id")
        if Attachment.objects.filter(id__in=lost).update(state=FileState.WAITING, trouble=""):
            key = f"file:{attachment_id}:{now().timestamp():.0f}"
            put_job("fetch_file", key, attachment_id=attachment_id)


def put_fetching(attachment_ids: Mapping[int, datetime]) -> None:
    """Have files fetched, each from a moment on."""
    for attachment_id, due_at in attachment_ids.items():
        _put(attachment_id, 0, due_at)


def fetch_forgotten_files() -> int:
    """Have files fetched that wait without a job: those of the past, and those an archive brought; some at a time."""
    waiting = Attachment.objects.filter(state=FileState.WAITING, trouble="").order_by("-id")
    ids = list(waiting.values_list("id", flat=True)[:AT_ONCE])
    put_fetching(dict.fromkeys(ids, now()))
    return len(ids)


def _put(attachment_id: int, tries: int, due_at: datetime) -> None:
    key = f"file:{attachment_id}:{tries}"
    put_job("fetch_file", key, due_at, attachment_id=attachment_id, tries=tries)


def see_post(post_id: int, tries: int = 0) -> None:
    """Ask for a post of which only the id is known, or whose counts are old."""
    post = Post.objects.select_related("channel").filter(id=post_id).first()
    if post is None or not can_see_posts(post.channel) or post.channel.state != ChannelState.ON:
        return
    connector = cast("ConnectedConnector", get_connector(post.channel.kind))
    try:
        told: Told | None = with_fresh_keys(
            post.channel, lambda at: connector.see_post(post.external_id, account_of(at))
        )
    except Refused:
        return
    except ConnectorError as error:
        log.info("post_not_seen", post=post.id, error=type(error).__name__, raw=error.raw)
        if tries < len(PAUSES_FOR_POSTS):
            pause = now() + timedelta(seconds=PAUSES_FOR_POSTS[tries])
            due_at = max(pause, error.until) if isinstance(error, SlowDown) else pause
            put_job("see_post", f"post:{post_id}:{tries + 1}", due_at, post_id=post_id, tries=tries + 1)
        return
    see_post_again(post, told, now())


def can_see_posts(channel: Channel) -> bool:
    """Say whether a channel's network can be asked for a post."""
    return Ability.SEE_POSTS in get_connector(channel.kind).can and not channel.is_sample


def put_seeing(post_ids: set[int]) -> None:
    """Have posts asked for of which only the id is known, and those that were not seen for a while."""
    at = now()
    for post in Post.objects.filter(id__in=post_ids, gone_at__isnull=True).select_related("channel"):
        is_stale = post.seen_at is None or at - post.seen_at > STALE_AFTER
        if is_stale and can_see_posts(post.channel):
            put_job("see_post", f"post:{post.id}:0", post_id=post.id)


def _record(kind: str, attachment: Attachment) -> None:
    message = attachment.message
    record_event(
        kind,
        message.workspace_id,
        conversation=message.conversation_id,
        channel=message.channel_id,
        message=message.id,
    )


def _place_of(channel_id: int) -> str:
    return f"channel:{channel_id}:remote"
