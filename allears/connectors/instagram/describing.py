"""What a person enters to connect an Instagram account, and the steps that lead there."""

from allears.connectors.instagram.connecting import BY_PAGE_PERMISSIONS, FIELDS, OWN_PERMISSIONS
from allears.connectors.instagram.keys import BY_FACEBOOK, BY_INSTAGRAM
from allears.connectors.interface import DOOR, Budget, Field, Step
from allears.connectors.meta.graph import VERSION
from allears.connectors.words import mark

APPS = "https://developers.facebook.com/apps/"
NO, YES = "no", "yes"

ENTERED = (
    Field(
        name="login",
        label=mark("Way in"),
        help=mark("Through a Facebook page, if the account belongs to one; else by Instagram's own login."),
        default=BY_FACEBOOK,
        choices=(
            (BY_FACEBOOK, mark("Through its Facebook page")),
            (BY_INSTAGRAM, mark("By Instagram's own login")),
        ),
    ),
    Field(
        name="token",
        label=mark("Access token"),
        help=mark("Of the page or a person who manages it; with Instagram's own login, of the account."),
        is_secret=True,
    ),
    Field(
        name="app_secret",
        label=mark("App secret"),
        help=mark("From the app's settings; with Instagram's own login, the Instagram app secret."),
        is_secret=True,
    ),
    Field(
        name="verify_token",
        label=mark("Verify token"),
        help=mark("A word of your own choosing; Meta repeats it when it asks for this address."),
    ),
    Field(
        name="app_id",
        label=mark("App id"),
        help=mark("With it All Ears renews the token, sets up deliveries and checks every permission."),
        is_required=False,
    ),
    Field(
        name="page_id",
        label=mark("Page id"),
        help=mark("Only where the token reaches several pages."),
        is_required=False,
    ),
    Field(
        name="human_agent",
        label=mark("Human Agent permission"),
        help=mark(
            "With it a person may answer for 7 days instead of 24 hours. Meta gives it after a review."
        ),
        is_required=False,
        default=NO,
        choices=((NO, mark("We do not have it")), (YES, mark("Meta gave it to us"))),
    ),
    Field(
        name="graph_version",
        label=mark("Graph API version"),
        help=mark("Leave it as it is, unless Meta retires this version."),
        is_required=False,
        default=VERSION,
    ),
)

GUIDE = (
    Step(text=mark("Make the Instagram account a professional one, in its own settings.")),
    Step(
        text=mark("In Instagram's message settings, allow connected tools to read messages."),
        words=("Allow access to messages",),
    ),
    Step(text=mark("Make an app of the type Business at Meta, or open the one you have."), url=APPS),
    Step(
        text=mark(
            "Through a Facebook page: make an access token with these permissions, and choose the page."
        ),
        words=BY_PAGE_PERMISSIONS,
    ),
    Step(
        text=mark(
            "By Instagram's own login: make an access token with these permissions in the app's Instagram part."
        ),
        words=OWN_PERMISSIONS,
    ),
    Step(
        text=mark(
            "Under Webhooks, choose Instagram, enter this address and your verify token, and tick these fields."
        ),
        words=("Instagram", DOOR, *FIELDS),
    ),
    Step(
        text=mark(
            "To answer people outside your team, ask Meta for advanced access to the same permissions."
        ),
    ),
    Step(
        text=mark("To answer for 7 days, ask Meta for this feature, and switch it on here."),
        words=("Human Agent",),
    ),
)

BUDGETS = (
    Budget(name="read", most=1200, seconds=3600, label=mark("reading")),
    Budget(name="write", most=1200, seconds=3600, label=mark("writing")),
    Budget(name="private replies", most=750, seconds=3600, label=mark("private replies")),
)
