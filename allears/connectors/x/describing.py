"""What X is to All Ears: the fields to connect it, its plans, what it costs and how often it may be asked."""

from allears.connectors.interface import DOOR, Budget, Field, Price, Step
from allears.connectors.words import mark

FREE, PAY_PER_USE, BASIC, PRO, ENTERPRISE = "free", "pay_per_use", "basic", "pro", "enterprise"
WEBHOOK, STREAM, ASKING = "webhook", "stream", "asking"
SHORT, LONG = "280", "25000"

_RENEWED = mark("Keys that are renewed (OAuth 2.0)")
_HEARD = mark("What is heard, and how long posts may be")

FIELDS = (
    Field(name="consumer_key", label=mark("API Key"), is_required=False),
    Field(
        name="consumer_secret",
        label=mark("API Key Secret"),
        help=mark("Also proves that a webhook comes from X."),
        is_secret=True,
        is_required=False,
    ),
    Field(name="access_token", label=mark("Access Token"), is_secret=True, is_required=False),
    Field(name="access_token_secret", label=mark("Access Token Secret"), is_secret=True, is_required=False),
    Field(
        name="bearer_token",
        label=mark("Bearer Token"),
        help=mark("For webhooks and the stream."),
        is_secret=True,
        is_required=False,
    ),
    Field(
        name="tier",
        label=mark("Plan at X"),
        help=mark("On every plan but Enterprise, X lets programs answer only posts that call your account."),
        default=PAY_PER_USE,
        choices=(
            (PAY_PER_USE, mark("Pay per use")),
            (FREE, mark("Free")),
            (BASIC, mark("Basic")),
            (PRO, mark("Pro")),
            (ENTERPRISE, mark("Enterprise")),
        ),
    ),
    Field(
        name="live",
        label=mark("How X tells of news"),
        help=mark("All Ears also asks now and then, so that nothing is missed."),
        default=WEBHOOK,
        choices=(
            (WEBHOOK, mark("Webhook: X calls All Ears, which must be reachable by https")),
            (STREAM, mark("Stream: All Ears holds a line open to X")),
            (ASKING, mark("Only by asking now and then")),
        ),
    ),
    Field(
        name="length",
        label=mark("Longest post"),
        help=mark("Accounts with X Premium may write longer posts."),
        group=_HEARD,
        default=SHORT,
        choices=((SHORT, mark("280 characters")), (LONG, mark("25,000 characters (X Premium)"))),
    ),
    Field(
        name="follow",
        label=mark("Conversations below your posts"),
        help=mark("Finds answers to answers, which X does not announce. Each post found is paid for."),
        group=_HEARD,
        default="yes",
        choices=(("yes", mark("Follow them")), ("no", mark("Hear only what is meant for you"))),
    ),
    Field(
        name="search_words",
        label=mark("Also hear posts with these words"),
        help=mark(
            "As in the search of X: kettle OR teapot. Each post found is paid for, and only Enterprise can answer it."
        ),
        group=_HEARD,
        is_required=False,
    ),
    Field(name="client_id", label=mark("Client ID"), group=_RENEWED, is_required=False),
    Field(
        name="client_secret", label=mark("Client Secret"), group=_RENEWED, is_secret=True, is_required=False
    ),
    Field(
        name="user_token",
        label=mark("User Access Token"),
        help=mark("Needed for sending pictures and films."),
        group=_RENEWED,
        is_secret=True,
        is_required=False,
    ),
    Field(
        name="refresh_token",
        label=mark("Refresh Token"),
        help=mark("All Ears renews both tokens with it, about every two hours."),
        group=_RENEWED,
        is_secret=True,
        is_required=False,
    ),
)

PERMISSIONS = (
    "tweet.read",
    "tweet.write",
    "users.read",
    "dm.read",
    "dm.write",
    "tweet.moderate.write",
    "like.write",
    "media.write",
    "offline.access",
)

GUIDE = (
    Step(
        text=mark(
            "Sign in to the developer console of X with the account that answers customers, and buy credits."
        ),
        url="https://console.x.com",
    ),
    Step(
        text=mark(
            "Create an app. In its user authentication settings choose these permissions and this type:"
        ),
        words=("Read and write and Direct message", "Web App, Automated App or Bot"),
    ),
    Step(
        text=mark(
            "Under “Keys and tokens”, copy these four into the fields of the same names. They do not end:"
        ),
        words=("API Key", "API Key Secret", "Access Token", "Access Token Secret"),
    ),
    Step(
        text=mark("For webhooks or the stream, also copy the app's token:"),
        words=("Bearer Token",),
    ),
    Step(
        text=mark(
            "To send pictures and films, sign in by OAuth 2.0 instead, with these permissions, and copy these:"
        ),
        words=(*PERMISSIONS, "Client ID", "Client Secret", "User Access Token", "Refresh Token"),
    ),
    Step(
        text=mark(
            "All Ears tells X the address of its webhook itself. It must be https, without a port, and reachable:"
        ),
        words=(DOOR,),
    ),
)

READ, SEARCH, MESSAGES, WRITE, MESSAGE, HIDE, UPLOAD = (
    "read",
    "search",
    "read messages",
    "write",
    "write messages",
    "hide",
    "upload",
)
QUARTER = 900
BUDGETS = (
    Budget(name=READ, most=300, seconds=QUARTER, label=mark("reading")),
    Budget(name=SEARCH, most=300, seconds=QUARTER, label=mark("searching")),
    Budget(name=MESSAGES, most=15, seconds=QUARTER, label=mark("reading messages")),
    Budget(name=WRITE, most=100, seconds=QUARTER, label=mark("writing")),
    Budget(name=MESSAGE, most=15, seconds=QUARTER, label=mark("sending messages")),
    Budget(name=HIDE, most=50, seconds=QUARTER, label=mark("hiding")),
    Budget(name=UPLOAD, most=500, seconds=QUARTER, label=mark("uploading")),
)

POST_READ, OWN_READ, USER_READ, MESSAGE_READ = "post_read", "own_read", "user_read", "message_read"
POST_MADE, LINK_MADE, MESSAGE_MADE, MANAGED, DELETED, LIKED = (
    "post",
    "post_with_link",
    "message",
    "managed",
    "deleted",
    "liked",
)
PRICES = (
    Price(name=POST_READ, label=mark("Post read"), micro_dollars=5_000),
    Price(name=OWN_READ, label=mark("Post of ours read"), micro_dollars=1_000),
    Price(name=USER_READ, label=mark("Profile read"), micro_dollars=10_000),
    Price(name=MESSAGE_READ, label=mark("Direct message read"), micro_dollars=10_000),
    Price(name=POST_MADE, label=mark("Post written"), micro_dollars=15_000),
    Price(name=LINK_MADE, label=mark("Post with a link written"), micro_dollars=200_000),
    Price(name=MESSAGE_MADE, label=mark("Direct message written"), micro_dollars=15_000),
    Price(name=MANAGED, label=mark("Reply hidden or shown"), micro_dollars=5_000),
    Price(name=DELETED, label=mark("Post deleted"), micro_dollars=10_000),
    Price(name=LIKED, label=mark("Post liked"), micro_dollars=15_000),
)
POLL_SECONDS = 90.0
