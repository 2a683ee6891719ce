"""What visitors and members do in live chat, by subject."""
