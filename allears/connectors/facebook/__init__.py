"""Facebook: a page's comments, visitors' posts, recommendations and mentions, and its Messenger.

One channel is one page. Webhooks bring what happens, the Graph API is asked now and then for what they lost,
and everything is answered through the Graph API. What Messenger and Instagram share stands in the modules
`meta_*` beside this folder.
"""

from allears.connectors.facebook.connector import CONNECTOR

__all__ = ["CONNECTOR"]
