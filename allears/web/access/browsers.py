"""What a request tells of the browser behind it."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

# The first that fits: many browsers also name those they descend from.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("YaBrowser", "Yandex"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_of(request: HttpRequest) -> str:
    """Name the browser and the system, as people know them ("Firefox, Linux")."""
    agent = request.headers.get("User-Agent", "")
    names = (_first_in(agent, BROWSERS), _first_in(agent, SYSTEMS))
    return ", ".join(name for name in names if name) or agent[:60]


def address_of(request: HttpRequest) -> str:
    """Return the network address a request came from."""
    return str(request.META.get("REMOTE_ADDR", ""))


def safe_next(request: HttpRequest, fallback: str) -> str:
    """Return where the person wanted to go, if it is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else fallback


def wants_page(request: HttpRequest) -> bool:
    """Say whether an error should be a page, and not a problem for a program or an open page to tell."""
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        return False
    kinds = ["text/html", "application/json", "application/problem+json"]
    return request.get_preferred_type(kinds) in {"text/html", None}


def _first_in(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in names if sign in agent), "")
