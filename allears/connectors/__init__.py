"""Connectors: one folder per network, plain Python, found by folder or by the entry point
`allears.connectors`. Adding a network touches one folder.
One rule: nothing here knows a table, a request or a setting.
"""
