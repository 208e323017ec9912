"""How far a reading is, on stderr, where that is a terminal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from bot.cluster.collect import Progress, Tell


@contextmanager
def showing_progress(cluster: str) -> Iterator[Tell]:
    """Yield what to tell of progress; the line is gone when the reading is."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield lambda _: None
        return
    start = time.monotonic()
    with console.status(Text(f"reading {cluster}")) as status:

        def tell(progress: Progress) -> None:
            seconds = time.monotonic() - start
            status.update(
                Text(
                    f"reading {cluster}: {progress.done} of {progress.total} reads,"
                    f" {progress.objects:,} objects, {seconds:.1f} s"
                )
            )

        yield tell
