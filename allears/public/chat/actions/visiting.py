"""Visitors come, say who they are, and leave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_urlsafe
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from allears.connectors.chat.connector import is_signed
from allears.foundation.clock import now
from allears.foundation.workspaces.tokens import hash_of, make_token
from allears.pipeline.channels.queries import OpenChannel
from allears.public.chat.actions.joining import join_visitor
from allears.public.chat.actions.naming import name_customer
from allears.public.chat.errors import NotAnAddress, UnknownVisitor, WrongSignature
from allears.public.chat.models import Visitor, VisitorToken
from allears.public.chat.queries.visitors import visitor_with

LONGEST_USER_ID = 200
LANGUAGES = {code for code, _ in settings.LANGUAGES}
NOTED_AT_MOST_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a site says its visitor is; `hash` is the site's signature of `id`."""

    id: str
    hash: str
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """What a widget says when it is opened."""

    token: str = ""
    identity: Identity | None = None
    page: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    time_zone: str = ""


def greet_visitor(channel: OpenChannel, hello: Hello) -> tuple[Visitor, str]:
    """Return the visitor who says hello, new or known, and the token for their device. Raise WrongSignature."""
    known = _known(channel, hello.token)
    if hello.identity is None:
        visitor = known or _new_visitor(channel)
    else:
        secret = channel.account.secrets.get("secret", "")
        if not is_signed(secret, hello.identity.id, hello.identity.hash):
            raise WrongSignature
        visitor = _identify(channel, known, hello.identity.id[:LONGEST_USER_ID])
    note_visit(visitor, hello)
    if hello.identity:
        set_details(visitor, hello.identity.name, hello.identity.email, is_kind=True)
    return visitor, _token_for(visitor, known, hello.token)


def _known(channel: OpenChannel, token: str) -> Visitor | None:
    try:
        return visitor_with(channel.id, token)
    except UnknownVisitor:
        return None


def _new_visitor(channel: OpenChannel, user_id: str = "") -> Visitor:
    at, public_id = now(), token_urlsafe(12)
    return Visitor.objects.create(
        workspace_id=channel.workspace_id,
        channel_id=channel.id,
        public_id=public_id,
        thread=public_id,
        user_id=user_id,
        first_seen_at=at,
        last_seen_at=at,
    )


def _identify(channel: OpenChannel, known: Visitor | None, user_id: str) -> Visitor:
    """Find or make the visitor with a user id; whoever was anonymous on this device becomes, or joins, them.

    A device on which somebody else was signed in is simply handed over.
    """
    theirs = Visitor.objects.filter(channel=channel.id, user_id=user_id, joined_to=None)
    is_anonymous = known is not None and not known.user_id
    found = theirs.first()
    if found is None:
        try:
            with transaction.atomic():
                if known is None or not is_anonymous:
                    return _new_visitor(channel, user_id)
                Visitor.objects.filter(id=known.id).update(user_id=user_id)
                known.user_id = user_id
                return known
        except IntegrityError:  # another device of theirs was quicker
            found = theirs.get()
    if known is not None and is_anonymous and known.id != found.id:
        join_visitor(known, found)
    return found


def _token_for(visitor: Visitor, known: Visitor | None, token: str) -> str:
    if known is not None and known.id == visitor.id:
        return token
    if known is not None:
        VisitorToken.objects.filter(hash=hash_of(token)).delete()
    token = make_token()
    VisitorToken.objects.create(visitor=visitor, hash=hash_of(token), made_at=now())
    return token


def note_visit(visitor: Visitor, hello: Hello) -> None:
    """Remember the page a visitor writes from, their language and zone; write only what changed."""
    changed = {
        "page_url": str(hello.page.get("url", ""))[:1000] or visitor.page_url,
        "page_title": str(hello.page.get("title", ""))[:300] if hello.page.get("url") else visitor.page_title,
        "language": _language(hello.language) or visitor.language,
        "time_zone": _zone(hello.time_zone) or visitor.time_zone,
    }
    changed = {name: value for name, value in changed.items() if value != getattr(visitor, name)}
    at = now()
    if not changed and at - visitor.last_seen_at < NOTED_AT_MOST_EVERY:
        return
    Visitor.objects.filter(id=visitor.id).update(**changed, last_seen_at=at)
    for name, value in changed.items():
        setattr(visitor, name, value)
    visitor.last_seen_at = at


def set_details(visitor: Visitor, name: str, email: str, *, is_kind: bool = False) -> None:
    """Keep a visitor's name and e-mail address, as they or their site gave them. Raise NotAnAddress.

    A kind one leaves out an address that is none instead.
    """
    name, email = " ".join(name.replace("\x00", "").split())[:200], email.strip()[:254]
    if email and not is_address(email):
        if not is_kind:
            raise NotAnAddress
        email = ""
    name, email = name or visitor.name, email or visitor.email
    if (name, email) == (visitor.name, visitor.email):
        return
    with transaction.atomic():
        Visitor.objects.filter(id=visitor.id).update(name=name, email=email)
        name_customer(visitor, name, email)
    visitor.name, visitor.email = name, email


def is_address(email: str) -> bool:
    """Say whether a text can be an e-mail address."""
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def forget_device(token: str) -> None:
    """Let a device be forgotten: its token lets nobody in any more."""
    VisitorToken.objects.filter(hash=hash_of(token)).delete()


def _language(wanted: str) -> str:
    code = wanted.strip().lower().replace("_", "-").partition("-")[0]
    return code if code in LANGUAGES else ""


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name[:64]).key if name else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
