"""Who is here, and what they may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Model, Prefetch, QuerySet
from django.db.models.functions import Lower

from allears.foundation.business_time import Hours
from allears.foundation.clock import now
from allears.foundation.errors import NotVisible
from allears.foundation.rows import find_pairs, find_rows, select_rows
from allears.foundation.workspaces.countries import country_of
from allears.foundation.workspaces.errors import InvitationNotOpen, ResetNotOpen
from allears.foundation.workspaces.models import Account as Account  # noqa: PLC0414 - pages name it
from allears.foundation.workspaces.models import Brand as Brand  # noqa: PLC0414 - pages name it
from allears.foundation.workspaces.models import Invitation, PasswordReset, Team, Workspace
from allears.foundation.workspaces.models import Member as Member  # noqa: PLC0414 - pages name it
from allears.foundation.workspaces.models import SignIn as SignIn  # noqa: PLC0414 - pages name it
from allears.foundation.workspaces.tokens import hash_of

Row = TypeVar("Row", bound=Model)


def normalise_email(email: str) -> str:
    """Write an address the one way it is stored."""
    return email.strip().lower()


def has_workspace() -> bool:
    """Say whether All Ears is set up."""
    return Workspace.objects.exists()


def get_workspace(workspace_id: int) -> Workspace:
    """Return a workspace. Raise NotVisible."""
    return _first(Workspace.objects.filter(id=workspace_id))


def get_account(email: str) -> Account | None:
    """Find the account of an address."""
    return Account.objects.filter(email=normalise_email(email)).first()


def get_member(account: Account, workspace_id: int) -> Member | None:
    """Return the person's active membership in a workspace."""
    return memberships_of(account).filter(workspace_id=workspace_id).first()


def memberships_of(account: Account) -> QuerySet[Member]:
    """Return the person's active memberships, each with its workspace."""
    return Member.objects.filter(account=account, is_active=True).select_related("workspace").order_by("id")


def members_of(member: Member) -> QuerySet[Member]:
    """Return everyone in the member's workspace, active first, by name, with their teams."""
    everyone = Member.objects.filter(workspace_id=member.workspace_id).select_related("account")
    return everyone.prefetch_related(Prefetch("teams", teams_of(member))).order_by(
        "-is_active", Lower("name")
    )


def everyone_in(workspace_id: int) -> QuerySet[Member]:
    """Return a workspace's members by name, those who left among them, for telling who did what."""
    return Member.objects.filter(workspace_id=workspace_id).order_by(Lower("name"))


def list_everyone(workspace_id: int) -> list[Member]:
    """List the same as `everyone_in`, for pages that are drawn again and again."""
    return find_rows(Member, "workspace_id {among} ORDER BY LOWER(name), id", among=[workspace_id])


def active_members_of(workspace_id: int) -> QuerySet[Member]:
    """Return a workspace's active members by name."""
    return Member.objects.filter(workspace_id=workspace_id, is_active=True).order_by(Lower("name"))


def get_visible_member(member: Member, member_id: int) -> Member:
    """Return someone of the member's workspace. Raise NotVisible."""
    return _first(
        Member.objects.filter(workspace_id=member.workspace_id, id=member_id).select_related("account")
    )


def member_by_name(workspace_id: int, name: str) -> Member | None:
    """Find an active member by name, as someone would write it after an @."""
    wanted = name.strip().lstrip("@").casefold()
    everyone = active_members_of(workspace_id)
    return next((one for one in everyone if one.name.casefold() == wanted), None)


def teams_of(member: Member) -> QuerySet[Team]:
    """Return the teams that a member may know of, by name."""
    teams = Team.objects.filter(workspace_id=member.workspace_id)
    return teams.exclude(id__in=hidden_team_ids(member)).order_by(Lower("name"))


def teams_with_members(member: Member) -> QuerySet[Team]:
    """Return the teams that a member may know of, each with its active members."""
    return teams_of(member).prefetch_related(
        Prefetch("members", active_members_of(member.workspace_id), to_attr="active_members")
    )


@dataclass(frozen=True, slots=True)
class Home:
    """Where a workspace is at home, by its brands: what people call it, its languages, and its countries."""

    names: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    workspace_id: int = 0


def homes_of(workspace_ids: Iterable[int]) -> dict[int, Home]:
    """Say where workspaces are at home, in one statement. A brand's country is that of its clock."""
    found = select_rows(
        "SELECT workspace_id, name, language, time_zone FROM workspaces_brand WHERE workspace_id {among}"
        " ORDER BY id",
        among=sorted(workspace_ids),
    )
    brands: dict[int, list[tuple[str, str, str]]] = {}
    for workspace_id, name, language, zone in found:
        brands.setdefault(workspace_id, []).append((name, language.partition("-")[0], country_of(zone)))
    return {workspace_id: _home(workspace_id, mine) for workspace_id, mine in brands.items()}


def _home(workspace_id: int, brands: list[tuple[str, str, str]]) -> Home:
    names, languages, countries = (
        tuple(filter(None, dict.fromkeys(column))) for column in zip(*brands, strict=True)
    )
    return Home(names, languages, countries, workspace_id)


def get_visible_team(member: Member, team_id: int) -> Team:
    """Return a team that the member may know of. Raise NotVisible."""
    return _first(teams_with_members(member).filter(id=team_id))


def member_ids_in(team: Team) -> list[int]:
    """List the active members of a team."""
    return list(team.members.filter(is_active=True).values_list("id", flat=True))


def hidden_team_ids(member: Member) -> list[int]:
    """List the private teams that a member does not belong to; none for owners and administrators."""
    if member.may_administer:
        return []
    private = select_rows(
        "SELECT id FROM workspaces_team t WHERE is_private AND workspace_id = %s AND NOT EXISTS"
        " (SELECT 1 FROM workspaces_teammember WHERE team_id = t.id AND member_id {among})",
        member.workspace_id,
        among=[member.id],
    )
    return [id_ for (id_,) in private]


def brands_of(workspace_id: int) -> QuerySet[Brand]:
    """Return a workspace's brands, the default first, then by name."""
    return Brand.objects.filter(workspace_id=workspace_id).order_by("-is_default", Lower("name"))


def default_brand_of(workspace_id: int) -> Brand:
    """Return the brand that holds where no other was chosen."""
    return _first(Brand.objects.filter(workspace_id=workspace_id, is_default=True))


def get_visible_brand(member: Member, brand_id: int) -> Brand:
    """Return a brand of the member's workspace. Raise NotVisible."""
    return _first(brands_of(member.workspace_id).filter(id=brand_id))


def hours_of(brand: Brand) -> Hours:
    """Return a brand's opening hours."""
    return brand.opening_hours()


def open_invitations_of(member: Member) -> QuerySet[Invitation]:
    """Return the invitations to the member's workspace that can still be accepted, newest first."""
    invitations = _open_invitations().filter(workspace_id=member.workspace_id)
    return invitations.select_related("invited_by").order_by("-id")


def get_visible_invitation(member: Member, invitation_id: int) -> Invitation:
    """Return an open invitation to the member's workspace. Raise NotVisible."""
    return _first(open_invitations_of(member).filter(id=invitation_id))


def get_invitation(token: str) -> Invitation:
    """Return the open invitation of a token. Raise InvitationNotOpen."""
    found = _open_invitations().filter(token_hash=hash_of(token)).select_related("workspace", "invited_by")
    if invitation := found.first():
        return invitation
    raise InvitationNotOpen


def get_password_reset(token: str) -> PasswordReset:
    """Return the open password reset of a token. Raise ResetNotOpen."""
    waiting = PasswordReset.objects.filter(token_hash=hash_of(token), used_at=None, expires_at__gt=now())
    if reset := waiting.select_related("account").first():
        return reset
    raise ResetNotOpen


def sign_ins_of(account: Account) -> QuerySet[SignIn]:
    """Return where an account is signed in, last seen first."""
    return SignIn.objects.filter(account=account, ended_at=None).order_by("-seen_at", "-id")


def get_own_sign_in(account: Account, sign_in_id: int) -> SignIn:
    """Return one of the account's own sign-ins. Raise NotVisible."""
    return _first(sign_ins_of(account).filter(id=sign_in_id))


def get_sign_in(session_key: str) -> SignIn | None:
    """Return the sign-in of a session, with its account, unless it was ended. Asked before every page."""
    found = find_pairs(
        SignIn,
        Account,
        "b.id = a.account_id AND b.is_active AND a.ended_at IS NULL AND a.session_hash {among}",
        among=[hash_of(session_key)],
    )
    for sign_in, account in found:
        sign_in.account = account
        return sign_in
    return None


def seats_of(account: Account) -> list[Member]:
    """List the person's active memberships, each with its workspace and account. Asked before every page."""
    found = find_pairs(
        Member,
        Workspace,
        "b.id = a.workspace_id AND a.is_active AND a.account_id {among} ORDER BY a.id",
        among=[account.id],
    )
    for member, workspace in found:
        member.workspace, member.account = workspace, account
    return [member for member, _workspace in found]


def password_problems(password: str, email: str = "", name: str = "") -> list[str]:
    """Say what is wrong with a new password; an empty list if nothing is."""
    try:
        validate_password(password, Account(email=email, name=name))
    except ValidationError as error:
        return list(error.messages)
    return []


def _open_invitations() -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now())


def _first(rows: QuerySet[Row]) -> Row:
    if row := rows.first():
        return row
    raise NotVisible
