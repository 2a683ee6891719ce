"""Make the company: its members, teams, channels and brands, in a workspace of its own or in one that is there."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Model

from allears.cast.chatting import SITE
from allears.cast.people import BRAND, COLLEAGUES, DOMAIN, MARIT, PASSWORD, TEAMS, Colleague
from allears.cast.posting import SERVER, US
from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.actions import (
    create_account,
    create_team,
    create_workspace,
    set_team_members,
)
from allears.foundation.workspaces.actions.brands import BrandFacts, change_brand, create_brand
from allears.foundation.workspaces.models import Account, Brand, Member, Role, Team, Workspace
from allears.foundation.workspaces.queries import default_brand_of
from allears.pipeline.channels.actions import add_channel
from allears.pipeline.channels.models import Channel

OPENED_BEFORE = timedelta(days=50)
ZONE = "Europe/Oslo"
OPEN = {day: ["07:00-22:15"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
TERN = BrandFacts(
    name=BRAND,
    voice='Warm, short, dry. Say what is true before saying sorry. Never "unfortunately"; never a form '
    "where a person would do. First names, unless the customer uses ours differently.",
    signature="{name}\nTern Line, Gull Quay, Skerrybridge",
    colour="#0f5f73",
    time_zone=ZONE,
    hours=OPEN,
)
CAFE = BrandFacts(
    name="Pier Two Café",
    voice="As at the counter: cheerful, by name, a joke when nobody is hurt. Allergies are never a joke.",
    signature="{first_name}, Pier Two",
    colour="#a4472c",
    time_zone=ZONE,
    hours={day: ["07:30-17:30"] for day in OPEN},
)
HEARD = {"instance": SERVER, "token": PASSWORD, "words": "Tern Line, #ternline"}
ANSWERS = {"webhook_url": f"https://app.{DOMAIN}/answers"}
CHANNELS = {
    "mail": ("email", "Hello", {"address": f"hello@{DOMAIN}", "password": PASSWORD}),
    "cafe": ("email", "Café", {"address": f"pier.two@{DOMAIN}", "password": PASSWORD}),
    "groups": ("email", "Groups", {"address": f"groups@{DOMAIN}", "password": PASSWORD}),
    "chat": ("chat", "Web site", {"origins": SITE, "ask": "before", "greeting": "Ahoy! Where to?"}),
    "app": ("api", "Tern app", ANSWERS),
    "square": ("api", "Town square", ANSWERS),
    "fedi": ("mastodon", "Fediverse", HEARD),
}


@dataclass(frozen=True, slots=True)
class Company:
    """Who answers and where, by key; `made` are the rows that were made for it, `at` is now."""

    workspace: Workspace
    at: datetime
    members: dict[str, Member] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    made: list[Model] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.workspace.time_zone)


def found_company(password: str) -> Member:
    """Make the company's own workspace, and return its owner, who can sign in."""
    account = create_account(MARIT.name, MARIT.email, password)
    owner = create_workspace(account, BRAND, time_zone=ZONE)
    change_brand(owner, default_brand_of(owner.workspace_id), TERN)
    return owner


@transaction.atomic
def staff_company(owner: Member, at: datetime, password: str | None = None) -> Company:
    """Bring colleagues, teams, brands and channels into the owner's workspace.

    Without a password none of the colleagues can sign in. What is in the way keeps its name.
    """
    company = Company(owner.workspace, at)
    for colleague in COLLEAGUES:
        company.members[colleague.key] = _bring(colleague, company, password)
    _form_teams(owner, company)
    _open_channels(owner, company)
    return company


def _bring(colleague: Colleague, company: Company, password: str | None) -> Member:
    """Let a colleague join; in somebody else's workspace the owner among them only administers."""
    account = Account.objects.filter(email=colleague.email).first()
    if account is None:
        account = Account(name=colleague.name, email=colleague.email, created_at=now())
        account.set_password(password)
        account.save()
    if not account.has_usable_password():
        company.made.append(account)
    member = Member.objects.filter(workspace=company.workspace, account=account).first()
    if member is None:
        role = Role.ADMIN if colleague.role == Role.OWNER else colleague.role
        member = Member.objects.create(
            workspace=company.workspace, account=account, name=colleague.name, role=role, joined_at=now()
        )
        company.made.append(member)
        record_event("member.joined", company.workspace, member, f"member:{member.id}", role=role)
    return member


def _form_teams(owner: Member, company: Company) -> None:
    taken = _names(Team.objects.filter(workspace=company.workspace).values_list("name", flat=True))
    for crew in TEAMS:
        team = create_team(owner, _free_name(crew.name, taken), is_private=crew.is_private)
        set_team_members(owner, team, [company.members[key].id for key in crew.keys])
        company.teams[crew.name] = team
        company.made.append(team)


def _open_channels(owner: Member, company: Company) -> None:
    tern, cafe = (_brand(owner, facts, company) for facts in (TERN, CAFE))
    taken = _names(Channel.objects.filter(workspace=company.workspace).values_list("name", flat=True))
    for key, (kind, name, values) in CHANNELS.items():
        found = US if kind == "mastodon" else None
        name_here = _free_name(name, taken)
        channel, _secret = add_channel(company.workspace, kind, name_here, values, owner, found=found)
        channel.is_sample = True
        channel.brand = cafe if key == "cafe" else tern
        channel.team = company.teams["Pier Two"] if key == "cafe" else None
        channel.save()
        company.channels[key] = channel
        company.made.append(channel)


def _brand(owner: Member, facts: BrandFacts, company: Company) -> Brand:
    """Make a brand, unless the company's own workspace shows it already."""
    brands = Brand.objects.filter(workspace=company.workspace)
    default = brands.get(is_default=True)
    if facts.name == default.name == company.workspace.name:
        return default
    brand = create_brand(owner, replace(facts, name=_free_name(facts.name, _names(b.name for b in brands))))
    company.made.append(brand)
    return brand


def _names(names: object) -> set[str]:
    return {str(name).lower() for name in names}  # type: ignore[attr-defined]


def _free_name(name: str, taken: Collection[str]) -> str:
    """Return a name that nobody has yet."""
    return name if name.lower() not in taken else f"{name} (sample)"
