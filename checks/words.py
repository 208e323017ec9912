"""Small help for the sentences of findings and evidence."""

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """`1 node`, `3 nodes`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def some(items: Sequence[str], most: int = 5, between: str = ", ") -> str:
    """Join the first of many: `a, b, c, d, e and 3 more`."""
    rest = len(items) - most
    return between.join(items[:most]) + (f" and {rest} more" if rest > 0 else "")
