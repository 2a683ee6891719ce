"""Suggestions by a language model: summaries, draft replies, translations. Optional; everything works without it.
Words: the LanguageModel is the one service a workspace has set, any address that speaks as OpenAI's does; a
Suggestion is one thing it was asked for, by a person, about one conversation; Spending is what a day cost.
One rule: what comes back is a stranger's text. A person reads it, and only a person sends anything.
"""
