"""What can be done with a message on its network; templates; and doing it."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from ninja import Router

from allears.connectors.interface import Offer
from allears.pipeline.conversations.masking import name_for, shown_to
from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.conversations.queries.reading import get_visible_message
from allears.pipeline.replies.actions.deeds import ask_deed, undo_deed
from allears.pipeline.replies.actions.templates import known_templates
from allears.pipeline.replies.items import abilities_of
from allears.pipeline.replies.names import ItemDeed
from allears.pipeline.replies.places import reply_places, takes_templates, template_place
from allears.pipeline.replies.queries import deeds_of, get_visible_deed
from allears.pipeline.replies.saying import in_words
from allears.pipeline.replies.templates import templates_for
from allears.web.api.door import ApiRequest
from allears.web.api.parameters import PathId
from allears.web.api.shapes import abilities as shapes
from allears.web.api.writing import act_once, answer

router = Router(tags=["Abilities"])


@router.get(
    "/conversations/{int:conversation_id}/places",
    response=shapes.PlaceList,
    summary="See where it can be answered",
)
def list_places(request: ApiRequest, conversation_id: PathId) -> HttpResponse:
    """List where a conversation can be answered now, in public or in private, within which limits, or why not."""
    conversation = get_visible_conversation(request.member, conversation_id)
    found = [
        {
            **tell_offer(place.offer),
            "visibility": place.visibility.value,
            "is_in_place": place.is_in_place,
            "to": name_for(request.member, str(place.identity or "")),
            "takes_templates": takes_templates(place),
        }
        for place in reply_places(conversation)
    ]
    return answer({"items": found, "next_cursor": None})


@router.get(
    "/messages/{int:message_id}/abilities",
    response=shapes.MessageAbilities,
    summary="See what can be done with a message",
)
def read_abilities(request: ApiRequest, message_id: PathId) -> HttpResponse:
    """See what the network allows for this very message now, and in words why not."""
    abilities = abilities_of(get_visible_message(request.member, message_id))
    told: dict[str, Any] = {
        name: tell_offer(getattr(abilities, name))
        for name in ("publicly", "privately", "like", "hide", "delete")
    }
    return answer({**told, "emoji": list(abilities.emoji)})


@router.get(
    "/conversations/{int:conversation_id}/templates",
    response=shapes.TemplateList,
    summary="List approved templates",
)
def list_templates(request: ApiRequest, conversation_id: PathId) -> HttpResponse:
    """List the templates that can be sent in a conversation; none where its network has no such thing."""
    conversation = get_visible_conversation(request.member, conversation_id)
    place = template_place(conversation)
    found: list[Any] = []
    if place.channel and takes_templates(place) and request.member.may_answer:
        shelf = known_templates(place.channel, request.member)
        found = [asdict(one) for one in templates_for(request.member, conversation, shelf)]
    return answer({"items": found, "next_cursor": None})


@router.get(
    "/messages/{int:message_id}/deeds", response=shapes.DeedList, summary="See what was done to a message"
)
def list_deeds(request: ApiRequest, message_id: PathId) -> HttpResponse:
    """List likes, hidings and deletions of a message, with who asked for them and what came of it."""
    message = get_visible_message(request.member, message_id)
    found = deeds_of([message.id]).get(message.id, [])
    return answer({"items": [tell_deed(shown_to(request.member, one)) for one in found], "next_cursor": None})


@router.post(
    "/messages/{int:message_id}/deeds", response={201: shapes.Deed}, summary="Like, hide or delete a message"
)
def create_deed(request: ApiRequest, message_id: PathId, body: shapes.DeedWanted) -> HttpResponse:
    """Do something to a message on its network. It is done soon after; 409 where the network does not allow it."""
    message = get_visible_message(request.member, message_id)

    def act() -> tuple[int, Any]:
        given = {"emoji": body.emoji, "reason": body.reason, "words": body.words}
        return 201, tell_deed(ask_deed(request.member, message, body.kind, **given))

    return act_once(request, act)


@router.delete("/deeds/{int:deed_id}", response={200: shapes.Deed}, summary="Take a like or a hiding back")
def delete_deed(request: ApiRequest, deed_id: PathId) -> HttpResponse:
    """Take a like or a hiding back by its opposite, which is what you get. A deletion can't be taken back."""
    deed = get_visible_deed(request.member, deed_id)

    def act() -> tuple[int, Any]:
        return 200, tell_deed(undo_deed(request.member, deed))

    return act_once(request, act)


def tell_offer(offer: Offer) -> dict[str, Any]:
    """Tell whether something can be done."""
    rules = offer.files
    return {
        "is_possible": offer.is_possible,
        "reason": "" if offer.is_possible else in_words(offer.reason, offer.facts),
        "until": offer.until,
        "limits": [{"most": one.most, "unit": one.unit.value} for one in offer.limits],
        "files": {**asdict(rules), "types": list(rules.types)} if rules else None,
        "must_be_by_person": offer.must_be_by_person,
        "only_templates": offer.only_templates,
        "opening": offer.opening,
        "warning": in_words(offer.warning, offer.facts),
        "link_warning": in_words(offer.link_warning, offer.facts),
    }


def tell_deed(deed: ItemDeed) -> dict[str, Any]:
    """Tell what was done to a message."""
    return {
        "id": deed.id,
        "message_id": deed.message_id,
        "kind": deed.kind,
        "emoji": deed.emoji,
        "reason": deed.reason,
        "words": deed.words,
        "state": deed.state,
        "trouble": in_words(deed.trouble, deed.trouble_facts),
        "member_id": deed.member_id,
        "asked_at": deed.asked_at,
        "ended_at": deed.ended_at,
    }
