"""All Ears: the self-hosted social customer-care desk. Read `flow.py` first."""

__version__ = "0.1.0"
