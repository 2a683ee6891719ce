"""What looks on: it reads the ledger and what the pipeline has filed, and never stands in a message's way.
Words: a webhook endpoint is a program that wants to be told; a call tells it one event.
One rule: nothing in the pipeline knows that anyone is looking.
"""
