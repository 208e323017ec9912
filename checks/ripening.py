"""One check in one reading: what is new of it, what has lasted, what is gone, and what came back."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct, structs

from checks.model import Finding, Report, Result
from checks.turns import NAMED, REST, SPAN, Alert, Gone, Seen, Subject, Wait

SPARE = 500
"""Fingerprints for which there is room whatever was found at first: what turns bad later has a name."""
WAVE = 100
"""So many new findings of a check are followed that come at once; the rest of such a storm is counted."""


class _Reading(Struct):
    """What a reading says of one check: the findings that are open, who waived others, and whether it is all.

    `rest` is how many are open that are not followed, where these are more than what is no news.
    """

    run_id: str
    at: datetime
    there: dict[str, Finding | None]
    waived: dict[str, str]
    whole: bool
    rest: int = 0

    def gone(self, print_: str) -> bool:
        return print_ in self.waived or (self.whole and print_ not in self.there)

    def left(self, print_: str) -> Gone:
        return Gone(self.at, self.waived.get(print_, ""))


def judged(before: Seen | None, result: Result, report: Report, readings: int, room: int) -> Seen:
    """Return what is known of a check after a report whose result judged it.

    What has lasted `readings` reports becomes an alert; no more than `room` other findings are followed.
    """
    seen = before or Seen()
    reading = _Reading(
        run_id=report.run_id,
        at=report.taken_at,
        there={finding.fingerprint: finding for finding in result.open_findings},
        waived={it.fingerprint: it.waiver.by for it in result.findings if it.waiver},
        whole=not result.incomplete,
    )
    followed = seen.prints
    strange = [print_ for print_ in reading.there if print_ not in followed]
    known, fresh, counted = _placed(seen, strange, reading, room, first=before is None)
    if reading.rest:
        reading.there[REST] = None
    alerts = tuple(_followed(alert, reading) for alert in seen.alerts)
    waiting = _waited(seen.waiting, reading)
    still = Seen(known=seen.known, waiting=waiting, alerts=alerts).prints
    late = [print_ for print_ in reading.there if print_ in followed and print_ not in still]
    rest = [REST] if reading.rest and REST not in still else []
    waiting |= {print_: Wait(1, reading.at) for print_ in dict.fromkeys([*late, *fresh, *rest])}
    ripe = [it for it, wait in waiting.items() if it in reading.there and wait.readings >= readings]
    if ripe:
        alerts = _ripened(alerts, result, [(it, waiting.pop(it).since) for it in ripe], reading)
    return Seen(
        whole=seen.whole or reading.whole,
        known=frozenset(it for it in seen.known if not reading.gone(it)) | frozenset(known),
        waiting=waiting,
        alerts=tuple(alert for alert in alerts if _remembered(alert, reading.at)),
        counted=counted,
    )


def _placed(
    seen: Seen, strange: Sequence[str], reading: _Reading, room: int, *, first: bool
) -> tuple[Sequence[str], Sequence[str], int | None]:
    """Sort findings that are not followed: what is known from now on, what is news, and how many are counted.

    What could not be read at first is no news either when it can. The count, null for none, is of those that
    are no news; how many there are beyond it is noted as the `rest` of the reading.
    """
    many = len(strange)
    if first or (reading.whole and not seen.whole):
        known = strange[: max(0, room - SPARE)]
        over = many - len(known)
        return known, (), over or None
    if seen.counted is None and REST not in seen.prints:
        fresh = strange[: max(0, min(room, WAVE))]
        reading.rest = many - len(fresh)
        return (), fresh, None
    counted = seen.counted or 0
    counted = min(counted, many) if reading.whole else counted
    reading.rest = max(0, many - counted)
    if reading.whole and not reading.rest and many <= room - SPARE:
        return strange, (), None
    return (), (), counted


def _waited(waiting: dict[str, Wait], reading: _Reading) -> dict[str, Wait]:
    """Count one more reading for what is there, and none for what could not be judged."""
    return {
        print_: Wait(wait.readings + (print_ in reading.there), wait.since)
        for print_, wait in waiting.items()
        if not reading.gone(print_)
    }


def _followed(alert: Alert, reading: _Reading) -> Alert:
    """Return an alert as a reading leaves it; what comes back later than a day is no longer its own."""
    findings: dict[str, Gone | None] = {}
    back = False
    for print_, gone in alert.findings.items():
        if gone is None:
            findings[print_] = reading.left(print_) if reading.gone(print_) else None
        elif print_ not in reading.there:
            findings[print_] = gone
        elif reading.at - gone.at <= SPAN:
            findings[print_] = None
            back = back or not gone.by
    if not alert.ts:  # nobody was told of what went away meanwhile
        return alert.narrowed({print_ for print_, gone in findings.items() if gone is None})
    changed = any(alert.findings[print_] != gone for print_, gone in findings.items())
    turns, due = alert.turns + back, alert.due or changed
    return structs.replace(alert, findings=findings, turns=turns, due=due)


def _ripened(
    alerts: Iterable[Alert], result: Result, ripe: Sequence[tuple[str, datetime]], reading: _Reading
) -> tuple[Alert, ...]:
    """Add an alert of what has lasted long enough; one that waits to be posted takes it in."""
    pending = next((alert for alert in alerts if not alert.ts and alert.open), None)
    since = min(moment for _, moment in ripe)
    made = pending or Alert(check=result.id, run_id=reading.run_id, since=since)
    findings: dict[str, Gone | None] = {**made.findings, **{print_: None for print_, _ in ripe}}
    found = [reading.there[print_] for print_ in findings if print_ in reading.there]
    counted = reading.rest if REST in findings else 0
    made = structs.replace(
        made,
        since=min(made.since, since),
        findings=findings,
        subjects=tuple(Subject(it.fingerprint, it.ref, it.owner) for it in found if it)[:NAMED],
        counted=counted,
        total=len(findings.keys() - {REST}) + counted,
    )
    return (*(alert for alert in alerts if alert is not pending), made)


def _remembered(alert: Alert, now: datetime) -> bool:
    return bool(alert.open) or any(now - moment <= SPAN for moment in alert.left)
