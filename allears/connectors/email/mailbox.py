"""The mailbox that the settings of an account describe, with what was left empty filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from allears.connectors.email.headings import one_line
from allears.connectors.email.presets import Provider, find_provider
from allears.connectors.email.troubles import NoEntry, Step
from allears.connectors.interface import Account
from allears.connectors.words import mark

NO_LOGIN = "-"
NO_COPIES = "-"


class Security(StrEnum):
    SSL = "ssl"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server and how to enter it. An empty `user` means that it asks for no login."""

    host: str
    port: int
    security: Security
    user: str
    password: str
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """`sent_folder` is empty where it must be looked for; the provider may keep copies without us."""

    channel_id: int
    address: str
    domain: str
    imap: Server
    smtp: Server
    folders: tuple[str, ...]
    sent_folder: str
    wants_copies: bool
    history_days: int
    may_reach_private: bool


def mailbox_of(account: Account) -> Mailbox:
    """Read the settings of an account. Raise NoEntry if they can't be a mailbox."""
    settings = account.settings
    address = address_in(settings) or account.address
    local, _, domain = address.rpartition("@")
    if not local or not domain:
        raise NoEntry(
            mark("The e-mail address of this channel is missing or incomplete."), step=Step.SETTINGS
        )
    provider = find_provider(domain, entered(settings, "imap_host"), entered(settings, "smtp_host"))
    smtp = smtp_server(account, address, domain, provider)
    sent_folder = entered(settings, "sent_folder")
    return Mailbox(
        channel_id=account.channel_id,
        address=address,
        domain=domain,
        imap=imap_server(account, address, domain, provider),
        smtp=smtp,
        folders=folders_in(settings),
        sent_folder="" if sent_folder == NO_COPIES else sent_folder,
        wants_copies=sent_folder != NO_COPIES and not keeps_copies(smtp.host),
        history_days=number(settings, "history_days", 14),
        may_reach_private=account.may_reach_private_addresses,
    )


def keeps_copies(smtp_host: str) -> bool:
    """Say whether this server files in the Sent folder what is sent through it."""
    provider = find_provider("", smtp_host)
    return provider is not None and provider.keeps_copies


def entered(values: Mapping[str, str], name: str) -> str:
    return one_line(values.get(name) or "")


def address_in(settings: Mapping[str, str]) -> str:
    """Give the address of the channel as its settings have it, in lower case where that is safe."""
    local, at, domain = entered(settings, "address").rpartition("@")
    return local + at + domain.lower()


def folders_in(settings: Mapping[str, str]) -> tuple[str, ...]:
    names = (name.strip() for name in entered(settings, "imap_folders").split(","))
    return tuple(dict.fromkeys(name for name in names if name)) or ("INBOX",)


def uses_plus_addressing(settings: Mapping[str, str]) -> bool:
    """Say whether replies are asked for at address+token."""
    return entered(settings, "plus_addressing").lower() not in ("no", "false", "off", "0")


def number(settings: Mapping[str, str], name: str, otherwise: int) -> int:
    value = entered(settings, name)
    if not value:
        return otherwise
    if not (value.isascii() and value.isdigit()) or int(value) > 65535:
        raise NoEntry(
            mark("“%(value)s” is not a number that can be used here."), step=Step.SETTINGS, value=value[:40]
        )
    return int(value)


def security_of(settings: Mapping[str, str], side: str, port: int) -> Security:
    """Take the encryption that was chosen, or the one the port is known for."""
    chosen = entered(settings, f"{side}_security").lower()
    if chosen in tuple(Security):
        return Security(chosen)
    return Security.STARTTLS if port in (143, 587, 25) else Security.SSL


def port_of(settings: Mapping[str, str], side: str, usual: int) -> int:
    """Take the port that was entered, or the usual one for the encryption that was chosen."""
    chosen = entered(settings, f"{side}_security").lower()
    usual_ports = {
        "imap": {"ssl": 993, "starttls": 143, "none": 143},
        "smtp": {"ssl": 465, "starttls": 587, "none": 25},
    }
    return number(settings, f"{side}_port", usual_ports[side].get(chosen, usual)) or usual


def imap_server(account: Account, address: str, domain: str, provider: Provider | None) -> Server:
    settings = account.settings
    host = entered(settings, "imap_host") or (provider.imap_host if provider else f"imap.{domain}")
    port = port_of(settings, "imap", 993)
    return Server(
        host=host,
        port=port,
        security=security_of(settings, "imap", port),
        user=entered(settings, "user") or address,
        password=entered(account.secrets, "password"),
        advice=provider.advice if provider else "",
    )


def smtp_server(account: Account, address: str, domain: str, provider: Provider | None) -> Server:
    """Describe the sending side; what is not said of it is as on the receiving side."""
    settings = account.settings
    host = entered(settings, "smtp_host") or (provider.smtp_host if provider else f"smtp.{domain}")
    is_usual = provider is not None and host == provider.smtp_host
    port = port_of(settings, "smtp", provider.smtp_port if provider and is_usual else 465)
    user = entered(settings, "smtp_user") or entered(settings, "user") or address
    return Server(
        host=host,
        port=port,
        security=security_of(settings, "smtp", port),
        user="" if user == NO_LOGIN else user,
        password=entered(account.secrets, "smtp_password") or entered(account.secrets, "password"),
        advice=provider.advice if provider else "",
    )
