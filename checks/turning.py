"""What turned bad on a cluster since it was last told, and what became of that, reading by reading.

Findings are followed by their fingerprints, so neither a renamed pod nor a count is ever news. What a reading
could not judge says nothing: it makes nothing ripe, and mends nothing. A check's first reading is what it is
compared with; nothing of it is told.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct, structs

from checks.delta import UNJUDGED
from checks.model import Report, Result, Severity
from checks.ripening import judged
from checks.turns import REST, Alert, Seen, State

MOST = 2_000
"""Fingerprints that are followed; of a check that finds more, the rest is counted and told by number."""


class Rules(Struct, frozen=True):
    """What is told: findings of checks at least so severe, once they lasted so many readings."""

    readings: int = 2
    severity: Severity = Severity.HIGH


class Turn(Struct, frozen=True):
    """A message to be posted, where the alert has no `ts`, or else to be edited; `result` is of now."""

    alert: Alert
    result: Result


def step(
    state: State | None, report: Report, rules: Rules, told: Report | None = None
) -> tuple[State, tuple[Turn, ...]]:
    """Take a reading of all checks into account; return what is known now, and what is to be said of it.

    `told` is the reading that the last digest there told of. A reading that is not later than the last one
    changes nothing; what is still to be said of that one comes again, until `shown` tells that it was.
    """
    if state is None or state.taken_at is None:
        state = _read(State(), report, rules)
    elif report.run_id != state.run_id:
        if report.taken_at <= state.taken_at:
            return state, ()
        another = state.uid and report.cluster_uid and state.uid != report.cluster_uid
        state = _read(State() if another else state, report, rules)
    if told:
        state = _without(state, told)
    return state, tuple(_turns(state, report))


def shown(state: State, alert: Alert, ts: str) -> State:
    """Return the state once a message, with this `ts`, says what the alert does."""

    def marked(found: Alert) -> Alert:
        return structs.replace(found, ts=ts, due=False) if found == alert else found

    seen = state.checks[alert.check]
    changed = structs.replace(seen, alerts=tuple(map(marked, seen.alerts)))
    return structs.replace(state, checks={**state.checks, alert.check: changed})


def _turns(state: State, report: Report) -> Iterator[Turn]:
    """Yield what no message says yet, of the checks that this reading judged."""
    results = {result.id: result for result in report.results if result.status not in UNJUDGED}
    for check_id, seen in state.checks.items():
        result = results.get(check_id)
        for alert in seen.alerts if result else ():
            if result and alert.due and (alert.ts or _holds(alert, result)):
                yield Turn(alert, result)


def _holds(alert: Alert, result: Result) -> bool:
    there = {finding.fingerprint for finding in result.open_findings}
    return any(print_ in there or (print_ == REST and there) for print_ in alert.open)


def _read(state: State, report: Report, rules: Rules) -> State:
    """Go through the checks that are severe enough; what is no longer among them is forgotten."""
    wanted = [result for result in report.results if result.severity.at_least(rules.severity)]
    checks = {result.id: state.checks[result.id] for result in wanted if result.id in state.checks}
    room = MOST - sum(len(seen.prints - {REST}) for seen in checks.values())
    # The fewer a check finds, the sooner it has its place: a storm of one leaves the others theirs.
    for result in sorted(wanted, key=lambda it: (len(it.open_findings), it.id)):
        if result.status not in UNJUDGED:
            before = checks.get(result.id)
            seen = judged(before, result, report, rules.readings, room)
            checks[result.id] = seen
            grown = len(seen.prints - {REST}) - (len(before.prints - {REST}) if before else 0)
            room -= max(0, grown)
    return State(
        uid=report.cluster_uid or state.uid,
        run_id=report.run_id,
        taken_at=report.taken_at,
        checks=dict(sorted(checks.items())),
        refused=state.refused,
    )


def _without(state: State, told: Report) -> State:
    """Leave out what a digest told of that was there already when its reading was made."""
    results = {result.id: result for result in told.results}
    checks = {
        check_id: _silent(seen, results[check_id], told.taken_at) if check_id in results else seen
        for check_id, seen in state.checks.items()
    }
    return structs.replace(state, checks=checks)


def _silent(seen: Seen, result: Result, at: datetime) -> Seen:
    """Return a check of which somebody was told at a moment, but for what is posted already."""
    prints = {finding.fingerprint for finding in result.open_findings}
    strange = len(prints - seen.prints)
    prints |= {REST} if strange else set()
    heard = {print_ for print_, wait in seen.waiting.items() if print_ in prints and wait.since <= at}
    alerts = []
    for alert in seen.alerts:
        if alert.ts or alert.since > at:
            alerts.append(alert)
            continue
        heard |= alert.findings.keys() & prints
        if others := alert.findings.keys() - prints:
            alerts.append(alert.narrowed(others))
    return structs.replace(
        seen,
        known=seen.known | (heard - {REST}),
        waiting={print_: wait for print_, wait in seen.waiting.items() if print_ not in heard},
        alerts=tuple(alerts),
        counted=strange if REST in heard else seen.counted,
    )
