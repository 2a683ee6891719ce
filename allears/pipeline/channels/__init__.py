"""Channels: our accounts, mailboxes and numbers on networks, their keys and their health.
Words: a cursor says how far a place was heard; a reconciled day compares the source with what is stored.
One rule: secrets leave the vault only inside an Account handed to a connector.
"""
