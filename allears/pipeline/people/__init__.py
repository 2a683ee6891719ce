"""People: customers, and each one's identities on the networks.
Words: a Customer is a person; an Identity is that person on one network.
One rule: an identity belongs to exactly one customer, found by the network's own id.
"""
