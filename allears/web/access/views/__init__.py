"""The pages through which people get in, by subject."""
