"""How far a reading is, on stderr, where that is a terminal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from bot.cluster.collect import Progress, Tell
from checks.presentation.prose import plain


@contextmanager
def showing_progress(cluster: str) -> Iterator[Tell]:
    """Yield what to tell of progress; the line is gone when the reading is."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield lambda _: None
        return
    line = _Line(cluster)
    with console.status(line):
        yield line.tell


class _Line:
    """The line, made anew each time it is drawn: its clock goes on while a long list is read."""

    def __init__(self, cluster: str) -> None:
        self._cluster = plain(cluster)
        self._start = time.monotonic()
        self._progress = Progress()

    def tell(self, progress: Progress) -> None:
        """Take note of how far it is."""
        self._progress = progress

    def __rich__(self) -> Text:
        known, seconds = self._progress, time.monotonic() - self._start
        reads = f"{known.done} of {known.total} reads, {known.objects:,} objects, " if known.total else ""
        return Text(f"reading {self._cluster}: {reads}{seconds:.1f} s")
