"""What is known of the large mail providers: where their servers are and which password they want."""

from dataclasses import dataclass

from allears.connectors.words import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider. `keeps_copies` says that it files what it sends in the Sent folder by itself."""

    name: str
    domains: tuple[str, ...] = ()
    imap_host: str
    smtp_host: str
    smtp_port: int = 465
    advice: str = ""
    keeps_copies: bool = False


GOOGLE_ADVICE = mark(
    "Gmail wants an app password: turn on 2-step verification in the Google account, then make an app "
    "password at myaccount.google.com/apppasswords and enter it here instead of the usual password."
)
MICROSOFT_ADVICE = mark(
    "Microsoft no longer takes passwords for IMAP, only its own sign-in page, which All Ears does not "
    "offer for mail. Forward this mailbox to one at another provider and connect that one."
)
YAHOO_ADVICE = mark(
    "Yahoo and AOL want an app password: Account security, Generate app password. Enter it here instead "
    "of the usual password."
)
APPLE_ADVICE = mark(
    "iCloud wants an app-specific password: account.apple.com, Sign-In and Security, App-Specific "
    "Passwords. Enter it here instead of the usual password."
)
MAIL_RU_ADVICE = mark(
    "Mail.ru wants a password for external applications: account.mail.ru, Security, Passwords for "
    "external services. Choose mail with IMAP and SMTP, and enter it here."
)
YANDEX_ADVICE = mark(
    "Yandex wants two things: allow access by IMAP in the mail settings under Mail clients, and make an "
    "app password for mail at id.yandex.com under Security. Enter that password here."
)
ZOHO_ADVICE = mark(
    "In Zoho Mail open Settings, Mail accounts, and turn on IMAP access. With two-factor sign-in make an "
    "app password in the Zoho account under Security. Accounts kept in Europe use imap.zoho.eu and "
    "smtp.zoho.eu."
)
FASTMAIL_ADVICE = mark(
    "Fastmail wants an app password: Settings, Privacy and Security, App passwords, with access to mail "
    "by IMAP and SMTP. Enter it here instead of the usual password."
)
GMX_ADVICE = mark(
    "Turn on access by POP3 and IMAP in the settings of the mailbox first; it is off for new ones."
)
CODE_ADVICE = mark(
    "Turn on IMAP in the settings of the mailbox; the site then shows an authorization code. "
    "Enter that code here instead of the password."
)
GENERAL_ADVICE = mark(
    "Check the user name and the password. Where signing in takes two steps, make an app password at the "
    "provider, and see in the settings of the mailbox that IMAP is turned on."
)

PROVIDERS = (
    Provider(
        name="Gmail",
        domains=("gmail.com", "googlemail.com"),
        imap_host="imap.gmail.com",
        smtp_host="smtp.gmail.com",
        advice=GOOGLE_ADVICE,
        keeps_copies=True,
    ),
    Provider(
        name="Outlook.com",
        domains=("outlook.com", "hotmail.com", "live.com", "msn.com", "outlook.de", "outlook.fr"),
        imap_host="outlook.office365.com",
        smtp_host="smtp-mail.outlook.com",
        smtp_port=587,
        advice=MICROSOFT_ADVICE,
    ),
    Provider(
        name="Microsoft 365",
        imap_host="outlook.office365.com",
        smtp_host="smtp.office365.com",
        smtp_port=587,
        advice=MICROSOFT_ADVICE,
    ),
    Provider(
        name="Yahoo",
        domains=(
            "yahoo.com",
            "ymail.com",
            "rocketmail.com",
            "yahoo.co.uk",
            "yahoo.fr",
            "yahoo.de",
            "yahoo.com.vn",
        ),
        imap_host="imap.mail.yahoo.com",
        smtp_host="smtp.mail.yahoo.com",
        advice=YAHOO_ADVICE,
    ),
    Provider(
        name="AOL",
        domains=("aol.com",),
        imap_host="imap.aol.com",
        smtp_host="smtp.aol.com",
        advice=YAHOO_ADVICE,
    ),
    Provider(
        name="iCloud",
        domains=("icloud.com", "me.com", "mac.com"),
        imap_host="imap.mail.me.com",
        smtp_host="smtp.mail.me.com",
        smtp_port=587,
        advice=APPLE_ADVICE,
    ),
    Provider(
        name="Mail.ru",
        domains=("mail.ru", "inbox.ru", "bk.ru", "list.ru", "internet.ru", "vk.com"),
        imap_host="imap.mail.ru",
        smtp_host="smtp.mail.ru",
        advice=MAIL_RU_ADVICE,
    ),
    Provider(
        name="Yandex",
        domains=("yandex.ru", "yandex.com", "ya.ru", "yandex.by", "yandex.kz", "narod.ru"),
        imap_host="imap.yandex.com",
        smtp_host="smtp.yandex.com",
        advice=YANDEX_ADVICE,
    ),
    Provider(
        name="Zoho",
        domains=("zoho.com", "zohomail.com"),
        imap_host="imap.zoho.com",
        smtp_host="smtp.zoho.com",
        advice=ZOHO_ADVICE,
    ),
    Provider(
        name="Zoho",
        domains=("zohomail.eu", "zoho.eu"),
        imap_host="imap.zoho.eu",
        smtp_host="smtp.zoho.eu",
        advice=ZOHO_ADVICE,
    ),
    Provider(
        name="Zoho",
        imap_host="imappro.zoho.com",
        smtp_host="smtppro.zoho.com",
        advice=ZOHO_ADVICE,
    ),
    Provider(
        name="Fastmail",
        domains=("fastmail.com", "fastmail.fm"),
        imap_host="imap.fastmail.com",
        smtp_host="smtp.fastmail.com",
        advice=FASTMAIL_ADVICE,
    ),
    Provider(
        name="GMX",
        domains=("gmx.com", "gmx.us", "gmx.co.uk"),
        imap_host="imap.gmx.com",
        smtp_host="mail.gmx.com",
        smtp_port=587,
        advice=GMX_ADVICE,
    ),
    Provider(
        name="GMX",
        domains=("gmx.de", "gmx.net", "gmx.at", "gmx.ch"),
        imap_host="imap.gmx.net",
        smtp_host="mail.gmx.net",
        smtp_port=587,
        advice=GMX_ADVICE,
    ),
    Provider(
        name="WEB.DE",
        domains=("web.de",),
        imap_host="imap.web.de",
        smtp_host="smtp.web.de",
        smtp_port=587,
        advice=GMX_ADVICE,
    ),
    Provider(
        name="QQ",
        domains=("qq.com", "foxmail.com"),
        imap_host="imap.qq.com",
        smtp_host="smtp.qq.com",
        advice=CODE_ADVICE,
    ),
    Provider(
        name="163",
        domains=("163.com",),
        imap_host="imap.163.com",
        smtp_host="smtp.163.com",
        advice=CODE_ADVICE,
    ),
)
BY_DOMAIN = {domain: provider for provider in PROVIDERS for domain in provider.domains}
BY_HOST = {host: provider for provider in PROVIDERS for host in (provider.imap_host, provider.smtp_host)}


def find_provider(domain: str, *hosts: str) -> Provider | None:
    """Find the provider by the servers entered, or else by the domain of the address."""
    for host in hosts:
        if host.lower() in BY_HOST:
            return BY_HOST[host.lower()]
    return None if any(hosts) else BY_DOMAIN.get(domain.lower())
