"""What turned bad between two digests: one message, which is edited as that recovers and comes back."""

from collections.abc import Iterator, Mapping, Sequence

from checks.model import CLUSTER, Finding, Report, Result
from checks.presentation.grouping import Outcome
from checks.presentation.prose import counted, lasting, named
from checks.turns import Alert, Subject
from handlers.intents import Filters, Fix, Show, Waive
from handlers.render.budget import message, share, size, squeezed
from handlers.render.elements import actions, context, section
from handlers.render.message import Block, Message
from handlers.render.offers import offer
from handlers.render.parts import (
    NAME_MOST,
    OUTCOME_MARKS,
    OWNER_MOST,
    SEVERITY_MARKS,
    cluster_name,
    enumerated,
    finding_line,
    first_fix,
    more,
    run_name,
    title,
)
from handlers.render.schedules import place
from handlers.render.text import code, cut, escape, flat, mention, shorten, weight, when
from handlers.schedules.intents import Replan, Schedules
from handlers.schedules.model import Schedule

FOUND_SHOWN = 5
OWNERS_SHOWN = 10
NAMES_SHOWN = 3
BY_MOST = 60
HINT_MOST = 400
HEAD_BYTES = 2_500
BUTTON_BYTES = 1_200
"""A name that makes a longer button is left to be typed."""


def posted(report: Report, result: Result, alert: Alert, mentions: Mapping[str, str]) -> Message:
    """Return the message as it comes first: it mentions owners, by their names, for whom that is wanted."""
    return _message(report, result, alert, mentions)


def edited(report: Report, result: Result, alert: Alert) -> Message:
    """Return what the message says from now on; nobody is mentioned again."""
    return _message(report, result, alert, {})


def untold(cluster: str, schedule: Schedule, why: str, hint: str) -> Message:
    """Return to whoever made a schedule that what turns bad cannot be told in its channel."""
    where = place(schedule.channel)
    told = f"What turned bad on {cluster_name(cluster)} is not told in {where}: {escape(why)}."
    todo = f"What to do: {flat(hint, HINT_MOST)}" if hint else ""
    later = "I try again, once a day at least, and do not tell you again."
    buttons = actions(offer("Edit", Replan(schedule.id)), offer("Schedules", Schedules()))
    lines = "\n".join(filter(None, [f":warning: {told}", todo, later]))
    return message(told, [squeezed(lines, HEAD_BYTES), buttons])


def _message(report: Report, result: Result, alert: Alert, mentions: Mapping[str, str]) -> Message:
    there = set(alert.open)
    found = [finding for finding in result.open_findings if finding.fingerprint in there]
    lines = [_heading(report, result, alert), _counts(alert), _flapping(alert)]
    head = [section(cut("\n".join(filter(None, lines)), HEAD_BYTES, weight))]
    foot = context(f"as of {run_name(report.run_id)}, {when(report.taken_at)}")
    buttons = [button for button in _offers(report, alert, found) if size([button]) <= BUTTON_BYTES]
    tail = [*([actions(*buttons)] if buttons else []), foot]
    body = "\n".join(_body(result, alert, found, mentions))
    middle = [squeezed(body, share(1, head, tail))] if body else []
    return message(_spoken(report, result, alert), [*head, *middle, *tail])


def _heading(report: Report, result: Result, alert: Alert) -> str:
    words = f"{SEVERITY_MARKS[result.severity]} *{result.severity}*" if alert.standing else _ended(alert)
    return f"{words}  {title(result)} on {cluster_name(report.cluster)}"


def _ended(alert: Alert) -> str:
    if not alert.waived:
        return f"{OUTCOME_MARKS[Outcome.PASS]} *Recovered*"
    word = "Waived" if len(alert.waived) == alert.total else "No longer open"
    return f"{OUTCOME_MARKS[Outcome.WAIVED]} *{word}*"


def _counts(alert: Alert) -> str:
    """Return how many findings there are, of how many, or how long it lasted, and since when."""
    since = when(alert.since)
    if len(alert.waived) == alert.total:
        return f"{_waived(alert)}, first seen {since}"
    if not alert.standing:
        ended = max(alert.left)
        lasted = f"lasted {lasting(alert.since, ended) or 'less than a minute'}"
        return ", ".join(filter(None, [_waived(alert), f"{lasted}, from {since} to {when(ended)}"]))
    if alert.standing == alert.total:
        found = counted(alert.total, "new finding" if alert.turns == 1 else "finding")
        return f"{found}, first seen {since}"
    left = f"{alert.standing:,} of {counted(alert.total, 'finding')} left, first seen {since}"
    return ", ".join(filter(None, [left, _waived(alert)]))


def _waived(alert: Alert) -> str:
    """Return how many findings are waived, and by whom; empty for none."""
    if not alert.waived:
        return ""
    names = [*dict.fromkeys(escape(shorten(by, BY_MOST)) for by in alert.waived)]
    shown = names[:NAMES_SHOWN]
    others = [f"{len(names) - len(shown):,} more"] if len(names) > len(shown) else []
    number = f"{len(alert.waived):,} " if alert.total > 1 else ""
    return f"{number}waived by {enumerated([*shown, *others])}"


def _flapping(alert: Alert) -> str:
    """Return how often it turned bad; empty for once."""
    if alert.turns == 1:
        return ""
    flapping = "flapping: " if alert.flapping else ""
    return f":repeat: {flapping}turned bad {alert.turns:,} times since {when(alert.since)}"


def _body(
    result: Result, alert: Alert, found: Sequence[Finding], mentions: Mapping[str, str]
) -> Iterator[str]:
    """Yield what is still wrong, what no longer is, the first fix and whose it is."""
    yield from (f"• {finding_line(finding)}" for finding in found[:FOUND_SHOWN])
    if others := more(alert.standing - len(found[:FOUND_SHOWN]), "finding"):
        yield others
    yield from (
        _gone(subject, alert) for subject in alert.subjects if alert.findings.get(subject.fingerprint)
    )
    if fix := first_fix(result, found[0]) if found else "":
        yield fix
    owners = dict.fromkeys([*(it.owner for it in alert.subjects), *(it.owner for it in found)])
    if whose := [_owner(owner, mentions.get(owner, "")) for owner in owners if owner.strip()]:
        rest = [f"{len(whose) - OWNERS_SHOWN:,} more"] if len(whose) > OWNERS_SHOWN else []
        yield f"Owner: {enumerated([*whose[:OWNERS_SHOWN], *rest])}"


def _gone(subject: Subject, alert: Alert) -> str:
    gone = alert.findings[subject.fingerprint]
    by = gone.by if gone else ""
    mark = OUTCOME_MARKS[Outcome.WAIVED if by else Outcome.PASS]
    name = shorten(named(subject.ref), NAME_MOST)
    return f"{mark} {name if subject.ref == CLUSTER else code(name)}"


def _owner(owner: str, slack_id: str) -> str:
    return " ".join(filter(None, [escape(shorten(owner, OWNER_MOST)), mention(slack_id)]))


def _offers(report: Report, alert: Alert, found: Sequence[Finding]) -> Iterator[Block]:
    """Yield what can be done about it."""
    if alert.standing:
        yield offer("How to fix", Fix(report.cluster, alert.check, report.run_id), primary=True)
    yield offer("Show", Show(report.cluster, Filters(checks=(alert.check,)), report.run_id))
    if alert.standing:
        only = found[0].fingerprint if found and alert.standing == 1 else ""
        yield offer("Waive", Waive(report.cluster, alert.check, only, report.run_id))


def _spoken(report: Report, result: Result, alert: Alert) -> str:
    """Return the message as a notification reads it."""
    about = f"{escape(shorten(result.title, NAME_MOST))} on {cluster_name(report.cluster)}"
    if alert.standing:
        return f"{result.severity}: {about}, {counted(alert.standing, 'finding')}"
    return f"{'No longer open' if alert.waived else 'Recovered'}: {about}"
