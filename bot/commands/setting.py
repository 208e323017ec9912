"""What most commands begin with: the configuration, the checks that are meant, the store, the terminal."""

import os
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from io import TextIOWrapper

from rich.console import Console

from bot import settings as configuration
from bot.commands.options import Choice, Where
from bot.settings import Settings
from bot.store import Store, open_store
from checks.catalogue import BY_ID, CATALOGUE
from checks.errors import StoreError, UsageError
from checks.nearest import did_you_mean
from checks.registry import Check


def settings(where: Where) -> Settings:
    """Load the configuration that counts."""
    named = str(where.config) if where.config else None
    return configuration.load(configuration.find_file(named))


def chosen(choice: Choice) -> tuple[Check, ...]:
    """Return the checks that are meant, in the catalogue's order. Raises `UsageError` for an unknown one."""
    for check_id in choice.check_ids:
        known(check_id)
    if not choice.partial:
        return CATALOGUE
    return tuple(
        check for check in CATALOGUE if check.family in choice.families or check.id in choice.check_ids
    )


def known(check_id: str) -> Check:
    """Return a check by its id. Raises `UsageError` with the nearest ids where there is none."""
    if check_id not in BY_ID:
        raise UsageError(f"there is no check {check_id}", did_you_mean(check_id, BY_ID))
    return BY_ID[check_id]


@asynccontextmanager
async def store_or_none(config: Settings) -> AsyncIterator[tuple[Store | None, tuple[str, ...]]]:
    """Open the store; where it cannot be had, yield none and a note that says so."""
    retention = config.retention
    opening = open_store(os.environ.get("REDIS_URL") or None, keep=retention.reports, days=retention.days)
    notes: tuple[str, ...] = ()
    store: Store | None = None
    async with AsyncExitStack() as stack:
        try:
            store = await stack.enter_async_context(opening)
        except StoreError as error:
            notes = (f"no history: {error}",)
        yield store, notes


def console() -> Console:
    """Return the terminal as rich sees it; NO_COLOR and pipes are respected."""
    return Console(highlight=False, soft_wrap=False)


def now() -> datetime:
    """Return the time in the reader's time zone."""
    return datetime.now().astimezone()


def write(text: str, *, encoding: str | None = None) -> None:
    """Write to stdout, in an encoding or the one it has, where what it lacks becomes a question mark.

    A reader that has seen enough (head, less) is no error, and neither is a closed stdout.
    """
    stdout = sys.stdout
    if stdout is None:  # closed before the start
        return
    if isinstance(stdout, TextIOWrapper):
        stdout.reconfigure(encoding=encoding, errors="replace")
    try:
        stdout.write(text)
        stdout.flush()
    except BrokenPipeError:
        # Python would complain again while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stdout.fileno())


def warn(notes: Iterable[str]) -> None:
    """Say on stderr what is missing, for commands whose output has no place for it."""
    for note in notes:
        print(f"readiness: {note}", file=sys.stderr)  # noqa: T201 - the command line speaks here
