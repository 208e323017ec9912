"""What a report comes to, from the verdict to what could not be read: the body of the root message."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from checks.model import Delta, Report, Result, Status
from checks.presentation.grouping import Outcome, by_family, described, having, laptop, reason, waivers
from checks.presentation.prose import counted
from checks.words import last_day
from handlers.intents import Attest, Rbac
from handlers.render.budget import squeezed
from handlers.render.elements import context, section
from handlers.render.message import Block
from handlers.render.offers import offer
from handlers.render.parts import (
    OUTCOME_MARKS,
    SEVERITY_MARKS,
    changed_line,
    finding_line,
    first_fix,
    more,
    reading,
    title,
    verdict,
)
from handlers.render.text import aged, cut, escape, flat, shorten, weight, when

NEW_SHOWN = 3
UNREAD_SHOWN = 2
NOTES_SHOWN = 3
NOTE_MOST = 300
PLATFORM_MOST = 200
READ_MOST = 160
BY_MOST = 60
REASON_MOST = 160

LINE_BYTES = 900
CHANGES_BYTES = 1_400
"""What the parts around the worst findings may take, so that these have room."""


def head(report: Report, now: datetime, notice: str, *, stored: bool) -> list[Block]:
    """Return the verdict, what was judged and when, and a line a family. `notice` is mrkdwn."""
    read = reading(report, now) if stored else f"read {when(report.taken_at)}"
    on_a_laptop = shorten(laptop(report.platform), PLATFORM_MOST)
    lines = [
        f"{escape(shorten(described(report.platform), PLATFORM_MOST))} · {read}",
        f":warning: {escape(on_a_laptop)}" if on_a_laptop else "",
        ":warning: partial: only some of the checks were asked for" if report.partial else "",
        cut(notice, LINE_BYTES, weight),
    ]
    families = "\n".join(family_line(family, counts) for family, counts in by_family(report.results).items())
    return [
        section(verdict(report)),
        context(*lines),
        section(families or "No check is shown."),
    ]


def family_line(family: str, counts: Counter[Outcome]) -> str:
    """Return a family on one line: what is wrong comes first."""
    order = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WAIVED, Outcome.PASS, Outcome.NOT_APPLICABLE)
    present = [wanted for wanted in order if counts[wanted]]
    told = ", ".join(f"{counts[wanted]} {wanted}" for wanted in present)
    return f"{OUTCOME_MARKS[present[0]]} *{family}*  {told}"


def failure(result: Result) -> Block:
    """Return a failing check by its first finding and how to mend it."""
    found = result.open_findings
    number = f", {counted(len(found), 'finding')}" if len(found) > 1 else ""
    lines = [
        f"{SEVERITY_MARKS[result.severity]} {result.severity}  {title(result)}{number}",
        finding_line(found[0]),
        first_fix(result, found[0]),
    ]
    return section("\n".join(filter(None, lines)))


def rest(report: Report, now: datetime) -> Iterator[Block]:
    """Yield doubts, changes, waivers and notes."""
    yield from _doubts(report)
    yield section(cut(_changes(report.delta, now), CHANGES_BYTES, weight))
    if lines := [*_waived(report, now), *_notes(report)]:
        yield context(cut("\n".join(lines), LINE_BYTES, weight))


def _doubts(report: Report) -> Iterator[Block]:
    """Yield one line about what could not be judged or read, with the next step."""
    unknown = having(report.results, Outcome.UNKNOWN)
    partly = [result for result in having(report.results, Outcome.FAIL) if result.incomplete]
    if not unknown and not partly and not report.unread:
        return
    told = [
        *([f"{counted(len(unknown), 'check')} could not be judged"] if unknown else []),
        *([f"{counted(len(partly), 'check')} only in part"] if partly else []),
    ]
    line = f":grey_question: {' and '.join(told) or 'Not everything was read'}."
    if report.unread:
        reads = [escape(shorten(str(item), READ_MOST)) for item in report.unread[:UNREAD_SHOWN]]
        others = more(len(report.unread) - len(reads), "read")
        asks = f"Not read: {', '.join(reads)} {others}".rstrip()
        yield squeezed(f"{line} {asks}", LINE_BYTES, offer("What to grant", Rbac(report.cluster)))
        return
    first = next(result for result in [*unknown, *partly])
    line = f"{line} {title(first)}: {flat(reason(first), REASON_MOST)}"
    signable = any(result.status is Status.UNKNOWN for result in unknown)
    yield squeezed(line, LINE_BYTES, *([offer("Attest", Attest(report.cluster))] if signable else []))


def _changes(delta: Delta | None, now: datetime) -> str:
    """Return what changed in a few lines."""
    if delta is None:
        return "There is no earlier run to compare with."
    since = f"since the run before, {aged(delta.since, now)}"
    if not differs(delta):
        return ", ".join(filter(None, [f"*No change* {since}", uncompared(delta)]))
    shown = [changed_line(item, SEVERITY_MARKS[item.severity]) for item in delta.new[:NEW_SHOWN]]
    others = more(len(delta.new) - len(shown), "new finding")
    return "\n".join(filter(None, [f"*{change_counts(delta)}* {since}", *shown, others]))


def differs(delta: Delta) -> bool:
    """Whether a difference was seen: what could not be compared is none."""
    return bool(delta.new or delta.resolved or delta.changed)


def uncompared(delta: Delta) -> str:
    """Return of how many checks nothing can be said; empty for none."""
    return f"{counted(len(delta.unreadable), 'check')} not comparable" if delta.unreadable else ""


def change_counts(delta: Delta) -> str:
    """Return `2 new, 1 resolved, 3 with another status`."""
    kinds = {
        "new": delta.new,
        "resolved": delta.resolved,
        "with another status": delta.changed,
        "not comparable": delta.unreadable,
    }
    return ", ".join(f"{len(items):,} {kind}" for kind, items in kinds.items() if items)


def _waived(report: Report, now: datetime) -> Iterator[str]:
    found = list(waivers(report.results))
    if not found:
        return
    number = sum(len(item.findings) for item in found)
    note = min((item.note for item in found), key=lambda note: note.until)
    left = (note.until - now).days
    ends = f"ends in {counted(left, 'day')}" if left > 0 else "ends today" if left == 0 else "has ended"
    yield (
        f"{OUTCOME_MARKS[Outcome.WAIVED]} {counted(number, 'finding')} waived; the next waiver, by"
        f" {escape(shorten(note.by, BY_MOST))}, {ends} ({last_day(note.until)})"
    )


def _notes(report: Report) -> Iterator[str]:
    shown = report.notes[:NOTES_SHOWN]
    yield from (f"Note: {flat(note, NOTE_MOST)}" for note in shown if note.strip())
    if others := more(len(report.notes) - len(shown), "note"):
        yield others
