"""What the pages of the desk show: one function for each part of a page."""

import json
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.urls import reverse

from allears.foundation.workspaces.queries import Member, list_everyone, teams_of
from allears.pipeline.channels.queries import list_channels_of, telling_brand_of
from allears.pipeline.conversations.masking import shown_to, title_for
from allears.pipeline.conversations.queries.copies import look_alikes
from allears.pipeline.conversations.queries.likeness import same_people
from allears.pipeline.conversations.queries.names import Conversation, PresentAs, Priority, Status
from allears.pipeline.conversations.queries.posts import comments_under, post_of
from allears.pipeline.conversations.queries.queue import QueuePage, queue_counts
from allears.pipeline.conversations.queries.reading import (
    customer_context,
    presence_in,
    present_members,
    timeline,
)
from allears.pipeline.conversations.queries.saved_views import saved_view_counts
from allears.pipeline.conversations.queries.scopes import count_in_scope, scope_page
from allears.pipeline.conversations.queries.search import search_conversations
from allears.pipeline.conversations.queries.tags import tags_of
from allears.pipeline.conversations.queries.topics import suggested_tags
from allears.pipeline.praise.queries import praise_promise
from allears.pipeline.replies.filling import VARIABLES
from allears.pipeline.replies.names import Draft, DraftKind
from allears.pipeline.replies.places import reply_places
from allears.pipeline.replies.queries import drafts_in, longest_wait_today
from allears.public.chat.queries.desk import visitor_of
from allears.web.desk.composing import ELSEWHERE, Mode, modes_of
from allears.web.desk.filtering import draw_filter_bar
from allears.web.desk.keys import draw_keys
from allears.web.desk.likeness import draw_likenesses
from allears.web.desk.machine import draw_machine, with_translations
from allears.web.desk.panes import panes_of
from allears.web.desk.rows import draw_rows
from allears.web.desk.sights import SEARCH, Sight, sight_of
from allears.web.desk.timeline import draw_timeline, with_deeds
from allears.web.desk.troubles import troubles_of
from allears.web.desk.words import REASONS, Names, describe_presence
from allears.web.doors import MemberRequest
from allears.web.ui.rail import Place, saved_views_of
from allears.web.ui.times import describe_wait

Context = dict[str, Any]
VARIABLE_NAMES = " ".join(VARIABLES)
FINISHED = {Status.SOLVED, Status.CLOSED}


def frame_context(request: MemberRequest, view: Place) -> Context:
    """What stands around the zones, and the queue's own frame."""
    channels = list_channels_of(request.member)
    return {
        "view": view,
        "place": view.name,
        "counts": counts_for(request),
        "panes": panes_of(request),
        "keys": draw_keys(),
        "has_channels": bool(channels),
        "troubles": troubles_of(channels),
        "may_answer": request.member.may_answer,
    }


def counts_for(request: MemberRequest) -> dict[str, int]:
    """Count what stands in each view of the rail, the saved ones included."""
    member = request.member
    return {**queue_counts(member), **saved_view_counts(member, saved_views_of(request, member))}


def queue_context(request: MemberRequest, view: Place, current: int | None = None) -> Context:
    """One page of a view as the address narrows it; the row of the open conversation is marked."""
    sight = sight_of(view, request.GET)
    page = scope_page(request.member, sight.scope, request.GET.get("after", ""))
    return {
        "sight": sight,
        "page": page,
        "rows": draw_rows(shown_to(request.member, page.rows), view.url, sight.query, current),
        "rows_url": rows_url_of(sight),
        "row_query": sight.query,
        "presence": _presence_among(page, request.member),
        "longest_wait": "" if page.rows else _longest_wait(request.member),
        "promise": praise_promise(request.member) if view.name == "praise" else None,
    }


def _longest_wait(member: Member) -> str:
    waited = longest_wait_today(member)
    return describe_wait(waited) if waited else ""


def filter_context(request: MemberRequest, view: Place) -> Context:
    """The filter bar, where it is open, and how many match."""
    sight = sight_of(view, request.GET)
    return {
        "filter_bar": draw_filter_bar(request.member, sight) if sight.is_bar_open else None,
        "matching": count_in_scope(request.member, sight.scope) if sight.is_narrowed else None,
    }


def rows_url_of(sight: Sight) -> str:
    """Return the address that says of some rows how they are now, but for their ids."""
    url = reverse("queue_rows", args=[sight.view.name])
    return f"{url}{sight.query}&ids=" if sight.query else f"{url}?ids="


def search_context(request: MemberRequest, current: int | None = None) -> Context:
    """What a search found."""
    text = request.GET.get("q", "").strip()
    query = f"?{_query(request)}" if text else ""
    found = search_conversations(request.member, text)
    return {
        "page": QueuePage(found.rows, ""),
        "rows": draw_rows(shown_to(request.member, found.rows), SEARCH.url, query, current),
        "search": {"text": text, "has_more": found.has_more, "unknown": found.unknown},
        "rows_url": f"{reverse('queue_rows', args=['all'])}?ids=",
        "row_query": query,
        "presence": "",
    }


def _presence_among(page: QueuePage, member: Member) -> str:
    """Say, as JSON, in which of the rows colleagues look or reply just now."""
    found = presence_in([row.id for row in page.rows], but=member)
    replying = {
        id_ for id_, present in found.items() if any(one.present_as == PresentAs.REPLYING for one in present)
    }
    return json.dumps({id_: "replying" if id_ in replying else "viewing" for id_ in found})


def _query(request: MemberRequest) -> str:
    query = request.GET.copy()
    query.pop("before", None)
    return query.urlencode()


def conversation_context(request: MemberRequest, view: Place, conversation: Conversation) -> Context:
    """The conversation with all that stands beside it."""
    return {
        "view": view,
        "panes": panes_of(request),
        **reading_context(request, view, conversation),
        **post_context(request.member, conversation),
        **composer_context(request.member, conversation),
        "about": customer_context(request.member, conversation),
        "likenesses": draw_likenesses(same_people(request.member, conversation.customer)),
    }


def post_context(member: Member, conversation: Conversation) -> Context:
    """The public post that a conversation stands under, and what others wrote there."""
    post = post_of(conversation)
    return {"post": post, "siblings": comments_under(member, post, but=conversation) if post else None}


def reading_context(request: MemberRequest, view: Place, conversation: Conversation) -> Context:
    """Head and timeline: what changes while one looks at it."""
    everyone = list_everyone(request.member.workspace_id)
    teams = list(teams_of(request.member))
    names = Names({one.id: one.name for one in everyone}, {team.id: team.name for team in teams})
    line = timeline(conversation, request.GET.get("before", ""))
    drawn = draw_timeline(line.entries, names, conversation.channel.name)
    present = present_members(conversation, but=request.member)
    machine = draw_machine(request.member, conversation)
    return {
        "view": view,
        "machine": machine,
        "conversation": conversation,
        "brand": telling_brand_of(conversation.channel),
        "title": title_for(request.member, conversation),
        "conversation_url": reverse("conversation", args=[view.name, conversation.id]),
        "row_query": sight_of(view, request.GET).query,
        "timeline": with_translations(with_deeds(drawn, may_answer=request.member.may_answer), machine),
        "earlier": line.earlier,
        "present": present,
        "visitor": visitor_of(conversation),
        "look_alikes": look_alikes(request.member, conversation),
        "presence_words": describe_presence(present) if present else "",
        "may_answer": request.member.may_answer,
        "members": _may_have_it(everyone, request.member),
        "teams": teams,
        "tags": tags_of([conversation.id]).get(conversation.id, []),
        "suggested_tags": suggested_tags(conversation) if request.member.may_answer else [],
        **_choices_in(conversation),
    }


def _choices_in(conversation: Conversation) -> Context:
    return {"statuses": _statuses_for(conversation), "priorities": Priority.choices, "reasons": REASONS}


def _may_have_it(everyone: list[Member], member: Member) -> list[Member]:
    """List who can be given a conversation, the one who asks first."""
    able = [one for one in everyone if one.is_active and one.may_answer]
    return sorted(able, key=lambda one: one.id != member.id)


def _statuses_for(conversation: Conversation) -> list[tuple[str, str]]:
    """List the statuses one can set: a customer who waits is answered, or needs no reply, before the end."""
    return [
        (value, str(label))
        for value, label in Status.choices
        if value != Status.NEW and not (conversation.waiting_since and value in FINISHED)
    ]


def composer_context(member: Member, conversation: Conversation, chosen: str = "") -> Context:
    """What one can write here, and what was begun; `chosen` is the tab that is open."""
    drafts = drafts_in(conversation) if member.may_answer else []
    note = _own(drafts, member, DraftKind.NOTE)
    modes = modes_of(reply_places(conversation), drafts, member)
    chosen = chosen or _mode_at_first(modes)
    return {
        "conversation": conversation,
        "may_answer": member.may_answer,
        "modes": modes,
        "chosen": "note" if note and not any(mode.text for mode in modes) else chosen,
        "has_private": any(mode.kind == DraftKind.PRIVATE and not mode.why_not for mode in modes),
        "elsewhere": ELSEWHERE,
        "variable_names": VARIABLE_NAMES,
        "note_text": note.text if note else "",
        "other_drafts": [
            draft
            for draft in drafts
            if draft.member_id != member.id and draft.kind != DraftKind.NOTE and draft.text.strip()
        ],
        "idempotency_key": uuid4().hex,
        "largest_file": settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    }


def _mode_at_first(modes: list[Mode]) -> str:
    """Open the tab where something was begun, else the one in place, else the note."""
    begun = [mode.kind for mode in modes if mode.text or mode.files]
    here = [mode.kind for mode in modes if mode.place.is_in_place and not mode.why_not]
    possible = [mode.kind for mode in modes if not mode.why_not]
    return [*begun, *here, *possible, "note"][0]


def _own(drafts: list[Draft], member: Member, kind: str) -> Draft | None:
    return next((draft for draft in drafts if draft.member_id == member.id and draft.kind == kind), None)
