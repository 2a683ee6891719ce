"""The command line: `allears serve` and everything an operator does without a browser.
One rule: a command that fails says what happened and what to do, and exits 1.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allears.settings")


def main() -> None:
    """Run the command line."""
    from allears.cli.commands import app

    app()
