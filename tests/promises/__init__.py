"""What every connector promises, whatever its network: tried on every connector that the registry finds.

A connector is held to it by being there. Its payloads lie in its folder `payloads/`; `payloads/account.json`, if
there is one, says whose they are: {"settings": {"account_id": "..."}, "secrets": {...}}. A payload's name may
begin with what it must become: own_, edit_, deletion_, reaction_, receipt_, hiding_, nothing_, unreadable_.
Recorded traffic of the networks, where it lies beside the repository, is read too.
"""
