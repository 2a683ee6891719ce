"""Notice who may be one person on two networks, set-based; and remember that they are not."""

from collections.abc import Iterable, Sequence
from itertools import combinations

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.models import Member
from allears.pipeline.people.likeness import REASONS, keys_of, may_be_one
from allears.pipeline.people.models import Identity, IdentityKey, SamePersonHint

AT_ONCE = 500
# A transaction that was still open at the last look may have had lower ids.
LOOK_BACK = 2000
SHARED_BY_MANY = 4


def find_same_people(most: int = 20) -> None:
    """Look at identities that were not looked at yet, so many times five hundred of them."""
    for _ in range(most):
        if look_at_newest() < AT_ONCE:
            return


def look_at_newest() -> int:
    """Look at the oldest identities not looked at, in a fixed number of statements; return how many they were."""
    latest = IdentityKey.objects.aggregate(latest=Max("identity_id"))["latest"] or 0
    known = IdentityKey.objects.filter(identity=OuterRef("pk"))
    waiting = Identity.objects.filter(~Exists(known), id__gt=latest - LOOK_BACK)
    identities = list(waiting.order_by("id")[:AT_ONCE])
    with transaction.atomic():
        keys = _keep_keys(identities)
        _note_hints(keys)
    return len(identities)


def _keep_keys(identities: Iterable[Identity]) -> list[IdentityKey]:
    """Keep the signs of identities, one empty sign for each without; return those that say something."""
    keys = [
        IdentityKey(workspace_id=identity.workspace_id, identity=identity, key=key)
        for identity in identities
        for key in (list(keys_of(identity)) or [""])
    ]
    IdentityKey.objects.bulk_create(keys, ignore_conflicts=True)
    return [one for one in keys if one.key]


def _note_hints(keys: Sequence[IdentityKey]) -> None:
    """Note the pairs that share a sign, the strongest for each pair; a sign of many says nothing."""
    if not keys:
        return
    new = {one.identity_id for one in keys}
    wanted = IdentityKey.objects.filter(key__in={one.key for one in keys}).select_related("identity")
    sharers: dict[tuple[int, str], list[Identity]] = {}
    for kept in wanted.order_by("identity_id"):
        sharers.setdefault((kept.workspace_id, kept.key), []).append(kept.identity)
    found: dict[tuple[int, int], SamePersonHint] = {}
    for (_, key), identities in sorted(sharers.items(), key=lambda one: _strength(one[0][1])):
        if len(identities) <= SHARED_BY_MANY:
            for one, other in combinations(identities, 2):
                if new & {one.id, other.id} and _are_apart(key, one, other):
                    found.setdefault((one.id, other.id), _hint(key, one, other))
    SamePersonHint.objects.bulk_create(found.values(), ignore_conflicts=True)


def _strength(key: str) -> int:
    return list(REASONS).index(key.partition(":")[0])


def _are_apart(key: str, one: Identity, other: Identity) -> bool:
    return one.customer_id != other.customer_id and may_be_one(key.partition(":")[0], one, other)


def _hint(key: str, one: Identity, other: Identity) -> SamePersonHint:
    kind, _, value = key.partition(":")
    return SamePersonHint(
        workspace_id=one.workspace_id,
        one=one,
        other=other,
        reason=REASONS[kind],
        reason_facts={"value": value.partition(" ")[0]},
        noted_at=now(),
    )


@transaction.atomic
def tell_apart(by: Member, customer_id: int, other_id: int) -> bool:
    """Remember that two customers are two people; none of the signs they share is told again."""
    pairs = SamePersonHint.objects.filter(workspace=by.workspace_id, refused_at=None)
    both = {customer_id, other_id}
    told = pairs.filter(one__customer__in=both, other__customer__in=both).values_list("id", flat=True)
    changed = SamePersonHint.objects.filter(id__in=list(told)).update(refused_at=now(), refused_by=by)
    if changed:
        subject = f"customer:{customer_id}"
        record_event("customer.told_apart", by.workspace_id, by, subject, other=other_id)
    return bool(changed)
