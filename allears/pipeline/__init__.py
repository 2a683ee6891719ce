"""The pipeline: channels -> intake -> people -> conversations -> replies.
One rule: a stage may use those before it, never the next; `flow.py` hands things on.
"""
