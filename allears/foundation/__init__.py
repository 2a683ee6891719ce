"""Foundation: what every room stands on: workspaces and members, the ledger of events, queues as
tables, the clock, the vault, files, and the one outgoing web client.
One rule: it knows nothing of messages.
"""
