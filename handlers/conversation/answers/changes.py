"""What changed since an earlier run."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import structs

from checks.model import Delta, DeltaFinding, Report, StatusChange
from checks.presentation.prose import counted
from handlers.conversation.answers import scope
from handlers.conversation.answers.words import about, at, code, found, more, some
from handlers.conversation.reply import Reply, Rest, Step
from handlers.intents import Changes, Export, Format, Kind, Question, Run
from handlers.render.parts import STATUS_WORDS

SHOWN = 6


def changes(question: Question, report: Report, found_since: Delta | None, now: datetime) -> Reply:
    """Say what is new and what is resolved since the run of a delta; null where there is no earlier run."""
    name = code(report.cluster)
    if found_since is None:
        return Reply(
            told=f"There is no earlier run of {name} to compare with: this one is the first that is kept.",
            steps=(Step("Run again", Run(report.cluster)),),
        )
    kept = scope.asked(structs.replace(report, delta=found_since), question).delta or found_since
    points = list(_points(kept))
    part = scope.described(question) or (code(question.check) and f"in {code(question.check)}")
    where = f"on {name}, {part}," if part else f"on {name}"
    return Reply(
        told=f"{_sum(kept)} {where} since the run of {at(kept.since, now)}.",
        points=tuple(points[:SHOWN]),
        left=more(len(points) - SHOWN, "change"),
        note=_unreadable(kept),
        steps=tuple(_steps(question, report, kept)),
        rest=_rest(report, points) if len(points) > SHOWN else None,
    )


def no_run_since(report: Report, since: datetime, now: datetime) -> Reply:
    """Say that nothing can have been seen to change: the last run is older than the moment asked about."""
    name = code(report.cluster)
    return Reply(
        told=f"{name} has not been read since {at(since, now)}: its last run was {at(report.taken_at, now)}.",
        steps=(Step("Run again", Run(report.cluster)), Step("The run before", Changes(report.cluster))),
    )


def _sum(delta: Delta) -> str:
    """Return `2 new findings, 1 resolved and 1 changed check`, or `Nothing changed`."""
    new, resolved, changed = len(delta.new), len(delta.resolved), len(delta.changed)
    told = [
        counted(new, "new finding") if new else "",
        (f"{resolved:,} resolved" if new else counted(resolved, "resolved finding")) if resolved else "",
        counted(changed, "check") + " with another status" if changed else "",
    ]
    return some([words for words in told if words]) or _nothing(delta)


def _nothing(delta: Delta) -> str:
    return "Nothing is known to have changed" if delta.unreadable else "Nothing changed"


def _points(delta: Delta) -> Iterator[str]:
    yield from (_finding("new", item) for item in delta.new)
    yield from (_finding("resolved", item) for item in delta.resolved)
    yield from map(_status, delta.changed)


def _finding(word: str, item: DeltaFinding) -> str:
    accepted = ", waived" if item.finding.waiver else ""
    return f"{word}, {item.severity}{accepted}: {found(item.finding)} ({code(item.id)})"


def _status(change: StatusChange) -> str:
    return f"{code(change.id)}: {STATUS_WORDS[change.before]} → {STATUS_WORDS[change.after]}"


def _unreadable(delta: Delta) -> str:
    if not delta.unreadable:
        return ""
    return f"Could not be compared, as not all of it was read: {some([code(it) for it in delta.unreadable])}."


def _rest(report: Report, points: list[str]) -> Rest:
    title = f"{counted(len(points), 'change')} on {report.cluster}"
    return Rest(f"changes-{report.run_id.replace('/', '-')}.txt", title, "\n".join(points) + "\n")


def _steps(question: Question, report: Report, kept: Delta) -> Iterator[Step]:
    if kept.new:
        yield Step("How do I fix what is new?", about(question, Kind.FIX, kept.new[0].id))
    yield Step("Is it ready?", about(question, Kind.SUMMARY))
    yield Step("The trend", about(question, Kind.HISTORY))
    if kept.new or kept.resolved:
        yield Step("All as CSV", Export(report.cluster, question.run_id, Format.CSV))
    yield Step("Run again", Run(report.cluster))
