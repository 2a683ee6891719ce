"""Make every head: gather, fit, calibrate, press into bytes, write, and say how good it is."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.calibrating import Calibrated, calibrate, soft
from training.fitting import fit, matrix_of
from training.sets import Example, Library, plain
from training.tasks import Task

Numbers = NDArray[np.float32]
Fitter = Callable[[NDArray[np.int64]], tuple[Numbers, Numbers]]
COLUMNS = 8
"""The rows of the weights are a multiple of so many bytes long."""


@dataclass(frozen=True)
class Made:
    """A head as made: bytes [buckets, columns], what a byte is worth, and its calibration."""

    task: Task
    weights: NDArray[np.int8]
    calibrated: Calibrated
    sources: dict[str, int]
    unseen: dict[str, dict[str, float]]


def make(task: Task, library: Library, say: Any = print) -> Made:
    """Fit one head and say how it does on what was held back."""
    examples = list(task.examples(library))
    known = [one for one in examples if not one.is_held]
    held = [one for one in examples if one.is_held]
    fitter = _fitter(task, known)
    slopes, biases = fitter(np.arange(len(known)))
    pressed, scales = press(slopes, task.cut)
    rest = matrix_of([one.text for one in held or known[:1]])
    scores = rest @ (pressed.astype(np.float32) * scales) + biases
    judges, judged = _unseen(fitter, known, held, scores)
    calibrated = calibrate(task, judges, judged, scales, biases)
    for line in _scores(task, held, calibrated.chances(scores - biases, scales)):
        say(line)
    unseen = _late_figures(task, judges, soft(judged))
    for name, figures in unseen.items():
        say(f"{task.name:<12} {name:<26} later, by a fit without it  {figures}")
    return Made(task, pressed, calibrated, dict(sorted(Counter(one.source for one in known).items())), unseen)


def _fitter(task: Task, known: Sequence[Example]) -> Fitter:
    """Return what fits the head to chosen examples."""
    weights, matrix = _weights(task, known), matrix_of([one.text for one in known])
    numbers = _numbers(task, known)
    return lambda at: fit(matrix[at], numbers[at], weights[at], task.strength, task.rarity)


def _unseen(
    fitter: Fitter, known: Sequence[Example], held: Sequence[Example], scores: Numbers
) -> tuple[list[Example], Numbers]:
    """Return texts that do not repeat what was learned, and their scores.

    The latest of a set are scored by a fit without them and without what repeats them; they stand in for what is held
    back of their set by chance.
    """
    latest = [one for one in known if one.is_late]
    if not latest:
        return list(held), scores
    said = {plain(one.text) for one in latest}
    slopes, biases = fitter(np.flatnonzero([plain(one.text) not in said for one in known]))
    sources = {one.source for one in latest}
    others = [number for number, one in enumerate(held) if one.source not in sources]
    latest_scores = matrix_of([one.text for one in latest]) @ slopes + biases
    return latest + [held[number] for number in others], np.concatenate((latest_scores, scores[others]))


def _late_figures(task: Task, judges: Sequence[Example], chances: Numbers) -> dict[str, dict[str, float]]:
    """Say for each set whose latest texts were left out how a fit without them does on them, in percent."""
    found = {}
    for name in sorted({one.source for one in judges if one.is_late}):
        rows = [number for number, one in enumerate(judges) if one.source == name and one.is_late]
        truth = np.array([task.labels.index(judges[number].label) for number in rows])
        guess = chances[rows].argmax(axis=1)
        figures = {"macro_f1": macro_f1(truth, guess), "macro_recall": macro_recall(truth, guess)}
        found[name] = {measure: round(100 * figure, 1) for measure, figure in figures.items()}
    return found


def press(slopes: Numbers, cut: float = 0.9999) -> tuple[NDArray[np.int8], Numbers]:
    """Press weights into bytes, those beyond `cut` of them cut off; return what a byte of each column is worth, too."""
    scales = np.array(
        [max(np.quantile(np.abs(one[one != 0]), cut), 1e-6) if one.any() else 1 for one in slopes.T]
    )
    scales = (scales / 127).astype(np.float32)
    return np.clip(np.rint(slopes / scales), -127, 127).astype(np.int8), scales


def _numbers(task: Task, examples: Sequence[Example]) -> NDArray[np.int64]:
    return np.array([task.labels.index(one.label) for one in examples])


def _weights(task: Task, examples: Sequence[Example]) -> Numbers:
    """Weigh examples; when balanced, every label of a set the same in sum."""
    weights = np.array([one.weight for one in examples], np.float32)
    if task.is_balanced:
        groups = [(one.source, one.language, one.label) for one in examples]
        sizes = Counter(groups)
        labels = Counter(group[:2] for group in sizes)
        whole = Counter(group[:2] for group in groups)
        weights *= [min(8.0, whole[one[:2]] / (labels[one[:2]] * sizes[one])) for one in groups]
    return weights


def _scores(task: Task, held: Sequence[Example], chances: Numbers) -> list[str]:
    """Say accuracy, macro-F1 and macro-recall for every set and language held back."""
    lines = []
    for group in sorted({(one.source, one.language) for one in held}):
        rows = [number for number, one in enumerate(held) if (one.source, one.language) == group]
        truth = np.array([task.labels.index(held[number].label) for number in rows])
        there = np.unique(truth)
        guess = there[chances[rows][:, there].argmax(axis=1)]
        figures = f"accuracy {(guess == truth).mean():.3f} macro-F1 {macro_f1(truth, guess):.3f}"
        figures += f" macro-recall {macro_recall(truth, guess):.3f}"
        lines.append(f"{task.name:<12} {group[0]:<26} {group[1] or '-':<4} {len(rows):>6}  {figures}")
    return lines


def macro_f1(truth: NDArray[np.int64], guess: NDArray[np.int64]) -> float:
    """Average the F1 of every label that is there."""
    found = []
    for label in np.unique(truth):
        both = int(((truth == label) & (guess == label)).sum())
        found.append(2 * both / max(1, int((truth == label).sum() + (guess == label).sum())))
    return float(np.mean(found))


def macro_recall(truth: NDArray[np.int64], guess: NDArray[np.int64]) -> float:
    """Average the recall of every label that is there."""
    return float(np.mean([(guess[truth == label] == label).mean() for label in np.unique(truth)]))


def write(made: Sequence[Made], folder: Path) -> None:
    """Write the weights of all heads side by side, and what is known of each."""
    folder.mkdir(parents=True, exist_ok=True)
    joint = np.concatenate([one.weights for one in made], axis=1)
    missing = -joint.shape[1] % COLUMNS
    np.save(folder / "heads.npy", np.pad(joint, ((0, 0), (0, missing))))
    heads, first = [], 0
    for one in made:
        heads.append(_described(one, first))
        first += one.weights.shape[1]
    (folder / "heads.json").write_text(json.dumps(heads, indent=1) + "\n", encoding="utf-8")


def _described(made: Made, first: int) -> dict[str, Any]:
    return {
        "name": made.task.name,
        "labels": list(made.task.labels),
        "first": first,
        "biases": [round(float(one), 6) for one in made.calibrated.biases],
        "slopes": [float(f"{one:.6g}") for one in made.calibrated.slopes],
        "sure": made.task.sure,
        "trained_on": made.sources,
        "unseen": made.unseen,
    }
