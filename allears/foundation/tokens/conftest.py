from allears.foundation.workspaces.conftest import admin, agent, owner, stranger

__all__ = ["admin", "agent", "owner", "stranger"]
