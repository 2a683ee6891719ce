"""What can be asked of live chat, by subject."""
