"""Who there is: Tern Line of Skerrybridge, its members and teams; its customers stand in their stories."""

from dataclasses import dataclass

from allears.foundation.workspaces.models import Role

BRAND = "Tern Line"
DOMAIN = "ternline.example"
PASSWORD = "low-tide-kettle-39"  # noqa: S105 - everyone's, in a world that nobody lives in


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone who answers. `key` is the local part of their address."""

    key: str
    name: str
    role: Role

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Crew:
    """A team of colleagues, by their keys."""

    name: str
    keys: tuple[str, ...]
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, by the name they sign with and the address they write from."""

    name: str
    email: str

    @property
    def handle(self) -> str:
        return f"@{self.email.partition('@')[0].replace('.', '_')}"


MARIT = Colleague("marit", "Marit Solberg", Role.OWNER)
DANIEL = Colleague("daniel", "Daniel Achebe", Role.LEAD)
LINH = Colleague("linh", "Linh Đặng", Role.AGENT)
PAVEL = Colleague("pavel", "Pavel Orlov", Role.AGENT)
THEO = Colleague("theo", "Theo Marchetti", Role.AGENT)
JUNE = Colleague("june", "June Hartley", Role.OBSERVER)
COLLEAGUES = (MARIT, DANIEL, LINH, PAVEL, THEO, JUNE)

TEAMS = (
    Crew("Harbour desk", ("daniel", "linh", "pavel", "theo")),
    Crew("Pier Two", ("linh", "theo")),
    Crew("Claims", ("marit", "daniel", "pavel"), is_private=True),
)
