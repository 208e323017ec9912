"""The nearest name to a misspelt one."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process, utils
from rapidfuzz.distance import DamerauLevenshtein

CLOSE = 0.6
"""Share of likeness below which a suggestion would puzzle more than help."""


def nearest(word: str, choices: Iterable[str], most: int = 3) -> list[str]:
    """Return the names most like a word, best first; none where nothing is close.

    First by the letters that were mistyped; where that finds nothing, by parts, so that `netpol` finds
    network-policies.
    """
    names = list(choices)
    mistyped = process.extract(
        word,
        names,
        scorer=DamerauLevenshtein.normalized_similarity,
        processor=utils.default_process,
        limit=most,
        score_cutoff=CLOSE,
    )
    found = mistyped or process.extract(
        word, names, scorer=fuzz.WRatio, processor=utils.default_process, limit=most, score_cutoff=100 * CLOSE
    )
    return [str(name) for name, _, _ in found]


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return `did you mean a or b?`, or what there is where nothing is close."""
    names = sorted(choices)
    close = nearest(word, names)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"there are: {', '.join(names)}" if names else ""
