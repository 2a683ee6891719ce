"""What a person enters to connect a mailbox. Little of it is needed: the rest is known or found."""

from allears.connectors.interface import Field
from allears.connectors.words import mark

RECEIVING = mark("Receiving")
SENDING = mark("Sending")
SECURITIES = (
    ("", mark("Choose by the port")),
    ("ssl", mark("SSL/TLS from the start")),
    ("starttls", mark("STARTTLS")),
    ("none", mark("No encryption")),
)

ABOUT = (
    Field(
        name="address",
        label=mark("E-mail address"),
        help=mark("Customers write to it, and replies come from it."),
    ),
)
RECEIVING_FIELDS = (
    Field(
        name="user",
        label=mark("User name"),
        help=mark("Leave it empty if it is the e-mail address."),
        is_required=False,
        group=RECEIVING,
    ),
    Field(
        name="password",
        label=mark("Password"),
        help=mark(
            "Gmail, Yahoo, iCloud, Mail.ru, Yandex and others want an app password made in their settings."
        ),
        is_secret=True,
        group=RECEIVING,
    ),
    Field(
        name="imap_host",
        label=mark("IMAP server"),
        help=mark("Known for large providers; otherwise imap. and the domain of the address is tried."),
        is_required=False,
        group=RECEIVING,
    ),
    Field(
        name="imap_port",
        label=mark("IMAP port"),
        help=mark("993 with SSL/TLS, 143 with STARTTLS."),
        is_required=False,
        group=RECEIVING,
    ),
    Field(
        name="imap_security",
        label=mark("IMAP encryption"),
        is_required=False,
        choices=SECURITIES,
        group=RECEIVING,
    ),
    Field(
        name="imap_folders",
        label=mark("Folders to hear"),
        help=mark(
            "Separated by commas. New mail in the first one is heard at once, in the others every minute."
        ),
        is_required=False,
        default="INBOX",
        group=RECEIVING,
    ),
    Field(
        name="history_days",
        label=mark("Days of earlier mail"),
        help=mark("How far back mail is taken in when the mailbox is first connected."),
        is_required=False,
        default="14",
        group=RECEIVING,
    ),
)
SENDING_FIELDS = (
    Field(
        name="smtp_host",
        label=mark("SMTP server"),
        help=mark("Known for large providers; otherwise smtp. and the domain of the address is tried."),
        is_required=False,
        group=SENDING,
    ),
    Field(
        name="smtp_port",
        label=mark("SMTP port"),
        help=mark("465 with SSL/TLS, 587 with STARTTLS."),
        is_required=False,
        group=SENDING,
    ),
    Field(
        name="smtp_security",
        label=mark("SMTP encryption"),
        is_required=False,
        choices=SECURITIES,
        group=SENDING,
    ),
    Field(
        name="smtp_user",
        label=mark("SMTP user name"),
        help=mark(
            "Leave it empty if it is the same as for receiving. Enter - if this server takes no login."
        ),
        is_required=False,
        group=SENDING,
    ),
    Field(
        name="smtp_password",
        label=mark("SMTP password"),
        help=mark("Leave it empty if it is the same as for receiving."),
        is_secret=True,
        is_required=False,
        group=SENDING,
    ),
    Field(
        name="sent_folder",
        label=mark("Folder for sent mail"),
        help=mark("Found by itself if left empty. Enter - to keep no copies."),
        is_required=False,
        group=SENDING,
    ),
    Field(
        name="plus_addressing",
        label=mark("Replies to address+code"),
        help=mark("Keeps threads together even where mail programs drop the marks of a reply."),
        is_required=False,
        default="yes",
        choices=(("yes", mark("Yes")), ("no", mark("No, this server does not take address+code"))),
        group=SENDING,
    ),
)
FIELDS = (*ABOUT, *RECEIVING_FIELDS, *SENDING_FIELDS)
