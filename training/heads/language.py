"""The language of a text: 76 languages by parts of words, with weights and a file of their own."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from allears.pipeline.understanding.language import Model
from allears.pipeline.understanding.parts import BUCKETS, parts_of
from training.pieces import common_words, cut, declarations, in_latin, some_words, without_accents
from training.sets import Library

SOCIAL = frozenset({
    "ar", "cs", "de", "en", "es", "fi", "fr", "hi", "hu", "id", "it", "ko", "nl", "pt", "ru", "sl", "tr", "vi",
})  # fmt: skip
"""Languages people write to care in, in the sets we have: they get more examples, and so a likelier prior."""
_MORE = {"en": 1.6, "ru": 1.5, "vi": 1.5}
_PIECES = 8_000
_BARE = frozenset({
    "az", "bs", "ca", "cs", "da", "de", "es", "et", "fi", "fr", "gl", "hr", "hu", "is", "it", "lt", "lv", "nb", "nl",
    "pl", "pt", "ro", "sk", "sl", "sq", "sv", "tr",
})  # fmt: skip
_NOT_OURS = {"vi", "vk"}
"""Parts of the set `langid` that come from sets which may be measured on only; and treebanks (`ud`) of
these languages, whose licence is non-commercial."""
_NO_TREEBANK = frozenset(("bg", "el", "he", "pl", "uk", "ur"))
_FORUM_AT_MOST = 4_000
_ROUNDS, _BATCH, _RATE = 4, 512, 0.21

Rows = dict[str, list[str]]
Matrix = csr_matrix


def make_own(library: Library, folder: Path) -> None:
    """Fit the model, press it into bytes, set its chances right and write it."""
    texts = _texts(library)
    languages = tuple(sorted(texts))
    pieces, labels = _examples(texts, languages)
    weights, biases = _fit(_matrix(pieces), labels, len(languages))
    scales = np.maximum(np.quantile(np.abs(weights), 0.9999, axis=0), 1e-6).astype(np.float32) / 127
    pressed = np.clip(np.rint(weights / scales), -127, 127).astype(np.int8)
    model = Model(languages, pressed, scales, biases, 1.0, 0.0)
    held = _held_back(library)
    sharpness = _sharpness(model, held)
    described = {
        "languages": languages,
        "scales": [float(f"{one:.6g}") for one in scales],
        "biases": [round(float(one), 5) for one in biases],
        "sharpness": sharpness,
        "sure": 0.2,
    }
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "language.npy", pressed)
    (folder / "language.json").write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")
    _say(model, held)


def _texts(library: Library) -> Rows:
    """Gather what may be learned from, by language."""
    found: Rows = defaultdict(list)
    for row in library.rows("langid"):
        if row["source"] not in _NOT_OURS and not (row["source"] == "ud" and row["lang"] in _NO_TREEBANK):
            found[row["lang"]].append(row["text"])
    for name, part, language in (
        ("vi_aivivn_reviews", "train", "vi"),
        ("ru_sentirueval_brands", "train", "ru"),
        ("ru_cedr_emotion", "train", "ru"),
        ("sentiment_tweeteval_en", "train", "en"),
    ):
        found[language] += [row["text"] for row in library.rows(name, part)[:14_000]]
    for row in library.texts:
        found[row["language"]].append(row["text"])
    _add_forums(library, found)
    found = _without_english(found)
    for language, paragraphs in declarations().items():
        found[language] += paragraphs
    return found


def _add_forums(library: Library, found: Rows) -> None:
    posts: Rows = defaultdict(list)
    for name, part in (("care_forum_firefox", "questions"), ("care_forum_thunderbird", "messages")):
        for row in library.rows(name, part):
            posts[row["lang"][:2]].append(row["text"])
    for language, texts in sorted(posts.items()):
        Random(language).shuffle(texts)
        found[language] += texts[: _FORUM_AT_MOST * (3 if language == "en" else 1)]


def _without_english(texts: Rows) -> Rows:
    """Drop what was written in English in a place of another language."""
    words = {language: frozenset(common[:300]) for language, common in common_words().items()}
    kept: Rows = defaultdict(list)
    for language, rows in texts.items():
        own = words.get(language, frozenset())
        for text in rows:
            said = text.lower().split()
            english, ours = (
                sum(word in common for word in said) for common in (words["en"] - own, own - words["en"])
            )
            if language == "en" or english < max(1, 0.15 * len(said)) or ours * 2 >= english:
                kept[language].append(text)
    return kept


def _examples(texts: Rows, languages: Sequence[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Cut pieces, so many of each language."""
    words, chance = common_words(), Random(7)
    pieces, labels = [], []
    for number, language in enumerate(languages):
        count = int(
            _PIECES
            * (
                _MORE.get(language, 1.0)
                if language in SOCIAL
                else _share(texts[language], words.get(language))
            )
        )
        for _ in range(count):
            pieces.append(_piece(language, texts[language], words.get(language), chance))
            labels.append(number)
    return pieces, np.array(labels)


def _share(texts: Sequence[str], words: Sequence[str] | None) -> float:
    return 0.35 if words or len(texts) > 500 else 0.22


def _piece(language: str, texts: Sequence[str], words: list[str] | None, chance: Random) -> str:
    often = 0.15 if language in SOCIAL else 0.25 if len(texts) > 500 else 0.7
    piece = (
        some_words(words, chance) if words and chance.random() < often else cut(chance.choice(texts), chance)
    )
    if chance.random() < (0.3 if language == "vi" else 0.12 if language in _BARE else 0.0):
        piece = without_accents(piece)
    return in_latin(piece, chance) if language == "ru" and chance.random() < 0.1 else piece


def _matrix(texts: Sequence[str]) -> Matrix:
    """Lay texts out as rows of parts, each row weighing 1 / sqrt(parts) a part."""
    found = [parts_of(texts[at : at + 2000]) for at in range(0, len(texts), 2000)]
    rows = np.concatenate([one.texts + 2000 * number for number, one in enumerate(found)])
    counts = np.bincount(rows, minlength=len(texts))
    values = (1 / np.sqrt(counts[rows])).astype(np.float32)
    matrix = csr_matrix(
        (values, (rows, np.concatenate([one.buckets for one in found]))), (len(texts), BUCKETS)
    )
    matrix.sum_duplicates()
    return matrix


def _fit(
    matrix: Matrix, labels: NDArray[np.int64], width: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Fit a softmax by AdaGrad (Duchi et al. 2011), one rate a bucket, in one seeded order."""
    weights, biases = np.zeros((BUCKETS, width), np.float32), np.zeros(width, np.float32)
    slopes = np.full((BUCKETS, 1), 1e-4, np.float32)
    chance = np.random.default_rng(3)
    steps, step = _ROUNDS * (len(labels) // _BATCH + 1), 0
    for _ in range(_ROUNDS):
        order = chance.permutation(len(labels))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            few = matrix[rows]
            there = np.unique(few.indices)
            few = csr_matrix(
                (few.data, np.searchsorted(there, few.indices), few.indptr), (len(rows), len(there))
            )
            wrong = _chances(few @ weights[there] + biases)
            wrong[np.arange(len(rows)), labels[rows]] -= 1
            slope = few.T @ wrong
            slopes[there] += (slope * slope).mean(axis=1, keepdims=True)
            rate = _RATE * (1 - step / steps) + 0.01
            weights[there] -= rate * slope / np.sqrt(slopes[there])
            biases -= rate * 0.003 * wrong.sum(axis=0)
            step += 1
    return weights, biases


def _chances(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


Held = list[tuple[str, str, str]]


def _held_back(library: Library) -> Held:
    """Return texts never learned from, with their language and length: as they are, and cut."""
    chance, found = Random(11), []
    for row in library.rows("langid", "validation"):
        if row["source"] in _NOT_OURS or (row["source"] == "ud" and row["lang"] in _NO_TREEBANK):
            continue
        text = row["text"]
        if row["source"] in {"tweet", "sumo", "app"} and len(text) < 60:
            found.append((text, row["lang"], "messages under 20" if len(text) < 20 else "messages of 20-60"))
        piece = cut(text, chance)
        if sum(letter.isalpha() for letter in piece) > 2:
            kind = (
                "pieces under 20"
                if len(piece) < 20
                else "pieces of 20-60"
                if len(piece) < 60
                else "longer pieces"
            )
            found.append((piece, row["lang"], kind))
    return found


def _sharpness(model: Model, held: Held) -> float:
    """Find what makes the chances of held-back pieces right: the multiple of the scores that is least surprised."""
    if not held:
        return 1.0
    sums = model.sums(parts_of([text for text, _, _ in held])) * model.scales + model.biases
    known = [number for number, (_, language, _) in enumerate(held) if language in model.languages]
    right = np.array([model.languages.index(held[number][1]) for number in known])
    losses = {
        tried: -np.log(_chances(sums[known] * tried)[np.arange(len(right)), right] + 1e-9).mean()
        for tried in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5)
    }
    return float(min(losses, key=losses.__getitem__))


def _say(model: Model, held: Held) -> None:
    """Print how often the likeliest language is the right one, by length, then by language."""
    best = model.chances(parts_of([text for text, _, _ in held])).argmax(axis=1)
    right, all_of = Counter[str](), Counter[str]()
    for (_, language, kind), number in zip(held, best.tolist(), strict=True):
        for group in (kind, f"{kind} {language}" if language in SOCIAL else f"other languages, {kind}"):
            all_of[group] += 1
            right[group] += model.languages[number] == language
    for group in sorted(all_of):
        print(f"language     {group:<40} {all_of[group]:>6}  accuracy {right[group] / all_of[group]:.3f}")
