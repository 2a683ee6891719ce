"""Webhooks out: tell other people's programs what happens here, signed as Standard Webhooks says.
Words: an Endpoint is an address that is told; a Call is one event told to one endpoint, with every answer;
its *cursor* is how far down the ledger an endpoint has been told.
One rule: an endpoint's cursor moves in the transaction that puts its calls, so that nothing is told never.
"""
