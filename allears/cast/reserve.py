"""What has not happened yet: lines that arrive one by one while somebody watches, again and again."""

from dataclasses import replace
from functools import cache

from allears.cast.scripts import read_stories
from allears.cast.steps import Step, Story

BETWEEN_STORIES = 2


@cache
def lines_of_reserve() -> tuple[tuple[Step, Story], ...]:
    """List what happens next, in order; `when` of a step says how many lines after the one before it."""
    found: list[tuple[int, int, Step, Story]] = []
    for number, story in enumerate(read_stories("reserve")):
        line = number * BETWEEN_STORIES
        for step in story.steps:
            line += int(step.when)
            found.append((line, number, step, story))
    return tuple((step, story) for _line, _number, step, story in sorted(found, key=lambda one: one[:2]))


def line_after(position: int) -> tuple[Step, Story]:
    """Return a line by its position; after the last comes the first, in conversations of their own."""
    lines = lines_of_reserve()
    again, at = divmod(position, len(lines))
    step, story = lines[at]
    return step, replace(story, key=f"{story.key}-{again}" if again else story.key)
