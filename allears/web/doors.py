"""Who may open which page. Every page asks for a member unless it is marked open to all."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse, QueryDict
from django_htmx.middleware import HtmxDetails

from allears.foundation.errors import NotAllowed
from allears.foundation.workspaces.queries import Account, Member, SignIn

Rest = ParamSpec("Rest")
AnyView = TypeVar("AnyView", bound=Callable[..., HttpResponse])


class OpenRequest(HttpRequest):
    """What a page that is open to all is given."""

    account: Account | None
    sign_in: SignIn | None
    member: Member | None
    htmx: HtmxDetails


class MemberRequest(HttpRequest):
    """What a page for members is given."""

    account: Account
    sign_in: SignIn
    member: Member
    htmx: HtmxDetails


MemberView = Callable[Concatenate[MemberRequest, Rest], HttpResponse]


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent with, None while it is only shown."""
    return request.POST if request.method == "POST" else None


def open_to_all(view: AnyView) -> AnyView:
    """Let people in who have not signed in."""
    view.is_open_to_all = True  # type: ignore[attr-defined]
    return view


def for_leads(view: MemberView[Rest]) -> MemberView[Rest]:
    """Let in leads, administrators and owners; raise NotAllowed for others."""
    return _only_if(lambda member: member.may_lead, view)


def for_administrators(view: MemberView[Rest]) -> MemberView[Rest]:
    """Let in administrators and owners; raise NotAllowed for others."""
    return _only_if(lambda member: member.may_administer, view)


def _only_if(may: Callable[[Member], bool], view: MemberView[Rest]) -> MemberView[Rest]:
    def checked(request: MemberRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not may(request.member):
            raise NotAllowed
        return view(request, *args, **kwargs)

    return wraps(view)(checked)
