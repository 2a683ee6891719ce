"""Sentences that connectors leave for people. The screen translates them; here they are only marked."""


def mark(sentence: str) -> str:
    """Mark a sentence for the translators and return it unchanged."""
    return sentence
