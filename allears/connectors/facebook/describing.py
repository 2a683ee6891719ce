"""What a person enters to connect a page, and the steps that lead there."""

from allears.connectors.facebook.connecting import FIELDS, PERMISSIONS
from allears.connectors.interface import DOOR, Budget, Field, Step
from allears.connectors.meta.graph import VERSION
from allears.connectors.words import mark

APPS = "https://developers.facebook.com/apps/"
TOKENS = "https://developers.facebook.com/tools/explorer/"
NO, YES = "no", "yes"

ENTERED = (
    Field(
        name="token",
        label=mark("Access token"),
        help=mark("Of the page, or of a person who manages it. All Ears finds the page's own with it."),
        is_secret=True,
    ),
    Field(
        name="app_secret",
        label=mark("App secret"),
        help=mark("From the app's basic settings. It proves that deliveries come from Meta."),
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
    Step(
        text=mark("Make an app of the type Business at Meta, or open the one you have."),
        url=APPS,
    ),
    Step(text=mark("Add the products Messenger and Webhooks to it."), words=("Messenger", "Webhooks")),
    Step(
        text=mark("Copy the app's id and secret from its basic settings, and enter them here."),
        words=("App ID", "App secret"),
    ),
    Step(
        text=mark("Make an access token with these permissions, and choose your page while doing so."),
        words=PERMISSIONS,
        url=TOKENS,
    ),
    Step(
        text=mark(
            "Under Webhooks, choose Page, enter this address and your verify token, and tick these fields."
        ),
        words=("Page", DOOR, *FIELDS),
    ),
    Step(
        text=mark("To answer people outside your team, ask Meta for advanced access to these permissions."),
        words=PERMISSIONS,
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
