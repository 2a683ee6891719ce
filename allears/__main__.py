"""Start the command line: `python -m allears`."""

from allears.cli import main

main()
