"""What can be done with replies, by subject."""
