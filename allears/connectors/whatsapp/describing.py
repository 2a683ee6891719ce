"""What a person enters to connect a number, and the steps that lead there."""

from allears.connectors.interface import DOOR, Budget, Field, Step
from allears.connectors.meta.graph import READ, VERSION, WRITE
from allears.connectors.whatsapp.connecting import FIELDS, PERMISSIONS
from allears.connectors.words import mark

ENTERED = (
    Field(
        name="token",
        label=mark("Access token"),
        help=mark("Of a system user of your business, made to last for ever."),
        is_secret=True,
    ),
    Field(
        name="app_secret",
        label=mark("App secret"),
        help=mark("From the app's basic settings. It proves that deliveries come from Meta."),
        is_secret=True,
    ),
    Field(
        name="phone_number_id",
        label=mark("Id of the number"),
        help=mark("Not the number itself: WhatsApp shows the id beside it."),
    ),
    Field(
        name="waba_id",
        label=mark("Id of the business account"),
        help=mark("Of the WhatsApp Business account to which the number belongs."),
    ),
    Field(
        name="verify_token",
        label=mark("Verify token"),
        help=mark("A word of your own choosing; Meta repeats it when it asks for this address."),
    ),
    Field(
        name="app_id",
        label=mark("App id"),
        help=mark("With it All Ears sets up deliveries and checks every permission."),
        is_required=False,
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
        text=mark("Make an app of the type Business at Meta, and add the product WhatsApp to it."),
        words=("WhatsApp",),
        url="https://developers.facebook.com/apps/",
    ),
    Step(
        text=mark("Add your number to the WhatsApp Business account, and register it with the Cloud API."),
        url="https://business.facebook.com/wa/manage/phone-numbers/",
    ),
    Step(
        text=mark("Copy both ids from the app's page about WhatsApp."),
        words=("Phone number ID", "WhatsApp Business Account ID"),
    ),
    Step(
        text=mark("Copy the app's id and secret from its basic settings, and enter them here."),
        words=("App ID", "App secret"),
    ),
    Step(
        text=mark(
            "Make a system user, give it the app and the account, and make a token with these permissions."
        ),
        words=PERMISSIONS,
        url="https://business.facebook.com/settings/system-users",
    ),
    Step(
        text=mark(
            "In the app's settings for WhatsApp, enter this address and your verify token, and tick these fields."
        ),
        words=(DOOR, *FIELDS),
    ),
    Step(
        text=mark("To answer after 24 hours, have templates approved."),
        url="https://business.facebook.com/wa/manage/message-templates/",
    ),
)

BUDGETS = (
    Budget(name=READ, most=5000, seconds=3600, label=mark("reading")),
    Budget(name=WRITE, most=80, seconds=1, label=mark("writing")),
)
