"""Who there is: Tern Line of Skerrybridge, its members, and people who cross the harbour with it."""

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
JUNE = Colleague("june", "June Hartley", Role.OBSERVER)
COLLEAGUES = (MARIT, DANIEL, LINH, PAVEL, JUNE)

ANNA = Person("Anna Berg", "anna.berg@post.example")
TOM = Person("Tom Whitlock", "tom.whitlock@inbox.example")
PRIYA = Person("Priya Nair", "priya@nairs.example")
HANNAH = Person("Hannah Doyle", "hannah.doyle@mail.example")
GRACE = Person("Grace Okoro", "grace.okoro@studio.example")
SAM = Person("Sam Ferreira", "sam.ferreira@inbox.example")
MAYA = Person("Maya Lindqvist", "maya.lindqvist@post.example")
YULIA = Person("Юлия Морозова", "y.morozova@pochta.example")
OLEG = Person("Олег Сафин", "oleg.safin@pochta.example")
KATYA = Person("Екатерина Белова", "belova.k@pochta.example")
IGOR = Person("Игорь Власов", "igor@vlasov.example")
HA = Person("Trần Thu Hà", "thuha.tran@thu.example")
MINH = Person("Nguyễn Văn Minh", "minh.nguyen@dulich.example")
ANH = Person("Phạm Quỳnh Anh", "quynhanh@thu.example")
NAM = Person("Lê Hoàng Nam", "nam.le@thu.example")
SELLER = Person("Ranks Fast", "offers@ranks-fast.example")
