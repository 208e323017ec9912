"""Is it ready, and what is worst: of the whole cluster or of a part of it."""

from collections.abc import Iterator, Sequence

from checks.model import Report, Result
from checks.presentation.grouping import Outcome, having, laptop
from checks.presentation.prose import counted
from handlers.conversation.answers.scope import asked, described, failing, limited
from handlers.conversation.answers.words import about, code, doubts, first, flat, more, verdict
from handlers.conversation.reply import Reply, Step
from handlers.intents import Changes, Export, Kind, Question, Run

WORST = 3


def summary(question: Question, report: Report) -> Reply:
    """Sum a report up, or what a question leaves of it."""
    kept = asked(report, question)
    bad = failing(kept)
    return Reply(
        told=_told(question, report, kept, bad),
        points=tuple(map(first, bad[:WORST])),
        left=more(len(bad) - WORST, "failing check"),
        note=doubts(kept.results),
        steps=tuple(_steps(question, report, bad)),
    )


def _told(question: Question, report: Report, kept: Report, bad: Sequence[Result]) -> str:
    """Say the verdict and what it rests on; of a part of the report first what is so there."""
    name, counts = code(report.cluster), _counts(kept, bad)
    if limited(question):
        return f"On {name}, {described(question)}: {counts}. The whole cluster is {verdict(report)}."
    small = laptop(report.platform)
    return ". ".join(filter(None, [f"{name} is {verdict(report)}: {counts}", flat(small).capitalize()])) + "."


def _counts(kept: Report, bad: Sequence[Result]) -> str:
    """Return `3 checks fail with 14 open findings, 2 could not be judged, 35 pass, 1 finding is waived`."""
    every = sum(len(result.open_findings) for result in bad)
    unknown = len(having(kept.results, Outcome.UNKNOWN))
    passed = len(having(kept.results, Outcome.PASS))
    accepted = sum(finding.waiver is not None for result in kept.results for finding in result.findings)
    told = [
        f"{_fail(len(bad))} with {counted(every, 'open finding')}" if bad else "nothing fails",
        f"{unknown} could not be judged" if unknown else "",
        f"{passed} {'passes' if passed == 1 else 'pass'}" if passed else "",
        f"{counted(accepted, 'finding')} {'is' if accepted == 1 else 'are'} waived" if accepted else "",
    ]
    return ", ".join(filter(None, told))


def _fail(number: int) -> str:
    return f"{counted(number, 'check')} {'fails' if number == 1 else 'fail'}"


def _steps(question: Question, report: Report, bad: Sequence[Result]) -> Iterator[Step]:
    if bad:
        yield Step("How do I fix the worst?", about(question, Kind.FIX, bad[0].id))
        yield Step("Which findings?", about(question, Kind.LIST))
    yield Step("What changed?", Changes(report.cluster, run_id=question.run_id))
    yield Step("Full report", Export(report.cluster, question.run_id))
    yield Step("Run again", Run(report.cluster))
