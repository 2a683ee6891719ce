from allears.foundation.workspaces.conftest import _quick_passwords, admin, agent, owner, stranger

__all__ = ["_quick_passwords", "admin", "agent", "owner", "stranger"]
