"""The chat on a page of its own: the widget, filling it; and without scripts a plain form and what was said."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_http_methods

from allears.connectors.interface import Ability
from allears.flow import take_in_now
from allears.foundation.clock import now
from allears.foundation.errors import AllEarsError, NotVisible
from allears.pipeline.channels.queries import OpenChannel, open_channel_by_key
from allears.public.chat.actions.visiting import Hello, greet_visitor, set_details
from allears.public.chat.actions.writing import Written, prepare_line
from allears.public.chat.errors import UnknownVisitor
from allears.public.chat.queries.lines import Lines, lines_for
from allears.public.chat.queries.offers import offer_of
from allears.public.chat.queries.visitors import Visitor, own_things, visitor_with
from allears.web.doors import open_to_all, posted
from allears.web.widget.forms import LineForm
from allears.web.widget.limits import LINES_FROM_ADDRESS, NEW_FROM_ADDRESS, Buckets, TooFast, network_of

COOKIE, REMEMBERED_FOR = "allears_chat", 365 * 24 * 3600
POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
    "base-uri": [NONE],
}
ChatPage = Callable[[HttpRequest, OpenChannel], HttpResponse]
_buckets = Buckets()


class SlowDown(AllEarsError):
    """That was a little too fast. Please send it again in a moment."""

    status = 429


def of_channel(view: ChatPage) -> Callable[[HttpRequest, str], HttpResponse]:
    """Hand a page its chat channel, found by the key in the address, under a policy of its own."""

    @wraps(view)
    def checked(request: HttpRequest, key: str) -> HttpResponse:
        channel = open_channel_by_key(key)
        if channel is None or Ability.CHAT not in channel.connector.can:
            raise NotVisible
        return view(request, channel)

    # Its types know pages without arguments only.
    guard: Any = csp(POLICY)
    page: Callable[[HttpRequest, str], HttpResponse] = open_to_all(guard(checked))
    return page


@require_GET
@of_channel
def show_chat(request: HttpRequest, channel: OpenChannel) -> HttpResponse:
    """Fill a page with the widget. Nothing is asked and no cookie is set here."""
    wanted = request.GET.get("language", "")
    language = wanted if wanted in dict(settings.LANGUAGES) else ""
    context = {"offer": offer_of(channel.id), "key": _key(request), "language": language}
    return render(request, "widget/chat.html", context)


@require_GET
@cache_control(public=True, max_age=60)
@of_channel
def show_colours(_request: HttpRequest, channel: OpenChannel) -> HttpResponse:
    """Give the brand's colours as a style sheet, for a page may carry none inside."""
    brand = offer_of(channel.id).brand
    sheet = f":root {{ --brand: {brand.colour}; --on-brand: {brand.colour_text}; }}\n"
    return HttpResponse(sheet, content_type="text/css")


@never_cache
@require_http_methods(["GET", "POST"])
@of_channel
def show_plain_chat(request: HttpRequest, channel: OpenChannel) -> HttpResponse:
    """Show what was said and take a line, by nothing but forms."""
    visitor = _visitor_of(request, channel)
    form = LineForm(posted(request), initial={"id": uuid4().hex})
    problem = ""
    if form.is_valid():
        try:
            return _write(request, channel, form.cleaned_data)
        except AllEarsError as error:
            problem = str(error)
    offer = offer_of(channel.id)
    lines = lines_for(own_things(visitor), request.GET.get("before", "")) if visitor else Lines([], "")
    context = {
        "offer": offer,
        "key": _key(request),
        "visitor": visitor,
        "lines": lines,
        "form": form,
        "problem": problem,
        "is_sent": "sent" in request.GET,
    }
    with timezone.override(ZoneInfo(offer.brand.time_zone)):
        return render(request, "widget/plain.html", context, status=422 if form.errors or problem else 200)


def _write(request: HttpRequest, channel: OpenChannel, said: dict[str, str]) -> HttpResponse:
    address = network_of(request.META.get("REMOTE_ADDR", ""))
    known = request.COOKIES.get(COOKIE, "")
    try:
        _buckets.take(LINES_FROM_ADDRESS if known else NEW_FROM_ADDRESS, address)
    except TooFast as error:
        raise SlowDown from error
    here = {"url": request.build_absolute_uri(), "title": ""}
    hello = Hello(token=known, page=here, language=translation.get_language() or "")
    visitor, token = greet_visitor(channel, hello)
    set_details(visitor, said["name"], said["email"])
    at = now()
    take_in_now(channel, prepare_line(visitor, Written(id=said["id"], text=said["text"]), at), at)
    response = redirect(f"{request.path}?sent")
    response.set_cookie(
        COOKIE,
        token,
        max_age=REMEMBERED_FOR,
        path=request.path,
        secure=settings.IS_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _visitor_of(request: HttpRequest, channel: OpenChannel) -> Visitor | None:
    try:
        return visitor_with(channel.id, request.COOKIES.get(COOKIE, ""))
    except UnknownVisitor:
        return None


def _key(request: HttpRequest) -> str:
    return str(request.path.split("/")[2])
