"""The ledger: one row for each thing that happened, written by the action that did it, never changed.
Words: a kind says what happened ("conversation.solved"), facts say the rest.
One rule: `record_event` is called once by every action, inside its transaction.
"""
