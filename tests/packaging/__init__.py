"""What people install: the wheel in an empty environment, with nothing of the repository beside it."""
