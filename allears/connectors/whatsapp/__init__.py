"""WhatsApp: a business's number by the Cloud API. Heard by webhook, answered within 24 hours of the customer's last
message, afterwards by templates that WhatsApp has approved. Source: the Business Messaging API, version 23.

Words: a business account (WABA) has numbers; a number is one channel. BSUID: the id by which a business knows
somebody whose phone number it may not see.
"""

from allears.connectors.whatsapp.connector import CONNECTOR

__all__ = ["CONNECTOR"]
