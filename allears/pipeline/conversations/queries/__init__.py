"""What can be asked about conversations, by subject."""
