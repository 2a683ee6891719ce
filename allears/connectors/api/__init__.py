"""The API channel: any program delivers messages by HTTP and receives answers by signed webhook.
Source of the outgoing form: the Standard Webhooks specification, version 1.
"""

from allears.connectors.api.connector import CONNECTOR

__all__ = ["CONNECTOR"]
