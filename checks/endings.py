"""Waivers that ended between two runs, for a note in the report."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from checks.model import Finding, Report
from checks.presentation.grouping import waivers
from checks.presentation.prose import counted, named, plain

SHOWN = 3
"""Waivers named in one note; the rest is counted."""


class _Ending(NamedTuple):
    day: date
    words: str


def endings(before: Report, after: Report, now: datetime) -> tuple[str, ...]:
    """Return a sentence for each day on which a waiver ended whose findings are open again.

    `before` has the waivers that held then.
    """
    ended = sorted(_ended(before, after, now))
    return tuple(_sentence(day, list(group)) for day, group in groupby(ended, lambda item: item.day))


def _ended(before: Report, after: Report, now: datetime) -> Iterator[_Ending]:
    still_open = {
        (result.id, finding.fingerprint) for result in after.results for finding in result.open_findings
    }
    for waived in waivers(before.results):
        check_id, note = waived.result.id, waived.note
        again = [finding for finding in waived.findings if (check_id, finding.fingerprint) in still_open]
        if note.until <= now and again:
            yield _Ending(note.until.date(), f"{check_id} of {_subject(again)}, by {plain(note.by)}")


def _subject(findings: list[Finding]) -> str:
    return named(findings[0].ref) if len(findings) == 1 else counted(len(findings), "finding")


def _sentence(day: date, ended: Iterable[_Ending]) -> str:
    words = [ending.words for ending in ended]
    more = f"; and {len(words) - SHOWN} more" if len(words) > SHOWN else ""
    return f"{counted(len(words), 'waiver')} ended on {day}: {'; '.join(words[:SHOWN])}{more}"
