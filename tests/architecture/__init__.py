"""The house rules, as tests: sizes, imports, docstrings, templates, words, translations.

They read files and need neither a database nor a browser.
An exception stands beside its rule, with its reason.
"""
