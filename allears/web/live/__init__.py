"""Live: server-sent events, /live/events; each carries the ledger's id, so a dropped line resumes without loss.
One rule: a stream holds no database connection and no thread.
"""
