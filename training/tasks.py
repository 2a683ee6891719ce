"""What a head's module gives to training: its labels and its examples; and how well it must do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from training.sets import Example, Library


@dataclass(frozen=True, kw_only=True)
class Task:
    """One head: a choice between `labels`, or with two labels a yes or no (the second label is the yes).

    `examples` gives what there is to learn from. `strength` is the inverse of the pull towards zero (C of a logistic
    regression whose examples weigh 1 on average). `is_balanced`: every label weighs the same in sum, so that it is
    fitted for macro-averages; the chances are then set right on the held-back part. `sure` is the chance at which
    a decision is said at all: below it the answer is "not sure". `cut`: weights beyond this share of them are cut off
    when they are pressed into bytes; 1 where few features (cues, a question mark) weigh most. `rarity`: how much
    rare features weigh more than common ones, see `fitting.fit`.
    """

    name: str
    labels: tuple[str, ...]
    examples: Callable[[Library], Sequence[Example]]
    strength: float = 4.0
    is_balanced: bool = False
    sure: float = 0.5
    cut: float = 0.9999
    rarity: float = 0.0
