"""Two clusters beside one another."""

from collections.abc import Sequence

from msgspec import structs

from checks.model import Report, Result, Status
from checks.presentation.grouping import Outcome, outcome, reason
from checks.presentation.pairs import Pair, pairs
from checks.presentation.prose import counted
from handlers.conversation.answers import scope
from handlers.conversation.answers.words import (
    about,
    code,
    doubts,
    expected,
    flat,
    found,
    more,
    some,
    verdict,
)
from handlers.conversation.reply import Reply, Step
from handlers.intents import Compare, Filters, Kind, Question, Run

SHOWN = 6
FINDINGS_SHOWN = 2


def compare(question: Question, left: Report, right: Report) -> Reply:
    """Say where two clusters differ: in verdict and checks, or in what is asked for."""
    every = list(pairs(_asked(left, question), _asked(right, question)))
    if question.check:
        return _one(question, left, right, every)
    differing = sorted((pair for pair in every if pair.differs), key=_gravity)
    return Reply(
        told=f"{_verdicts(left, right)} {_number(question, differing, every, right)}",
        points=tuple(
            f"{code(pair.found.id)} ({pair.found.severity}): {_sides(pair, question)}"
            for pair in differing[:SHOWN]
        ),
        left=more(len(differing) - SHOWN, "check"),
        note=_doubts(question, left, right),
        steps=(
            *([Step("The worst of them", _about(question, differing[0]))] if differing else []),
            Step("Check by check", Compare(left.cluster, right.cluster)),
            Step(f"Run {left.cluster} again", Run(left.cluster)),
            Step(f"Run {right.cluster} again", Run(right.cluster)),
        ),
    )


def _asked(report: Report, question: Question) -> Report:
    """Return what is asked for; a check that fails elsewhere only has nothing there, and is not left out."""
    kept = {result.id: result for result in scope.asked(report, question).results}
    checks = Filters(question.filters.families, question.filters.severity, checks=question.filters.checks)
    whole = scope.asked(report, structs.replace(question, filters=checks, about=""))
    return structs.replace(
        report, results=tuple(kept.get(result.id) or _nothing(result) for result in whole.results)
    )


def _nothing(result: Result) -> Result:
    return structs.replace(result, status=Status.PASS, findings=(), evidence=(), waived=False)


def _about(question: Question, pair: Pair) -> Question:
    return Question(
        Kind.COMPARE,
        question.cluster,
        pair.found.id,
        question.filters,
        other=question.other,
        run_id=question.run_id,
    )


def _verdicts(left: Report, right: Report) -> str:
    return f"{code(left.cluster)} is {verdict(left)}; {code(right.cluster)} is {verdict(right)}."


def _number(question: Question, differing: Sequence[Pair], every: Sequence[Pair], right: Report) -> str:
    of = " ".join(filter(None, [counted(len(every), "check"), scope.described(question)]))
    if not differing:
        return f"They do not differ in any of {of}."
    return (
        f"They differ in {len(differing)} of {of}; below, {code(question.cluster)} / {code(right.cluster)}."
    )


def _gravity(pair: Pair) -> int:
    return pair.found.severity.rank


def _sides(pair: Pair, question: Question) -> str:
    shared = f", {pair.shared:,} of them the same" if pair.shared else ""
    return f"{_side(pair.left, question)} / {_side(pair.right, question)}{shared}"


def _side(result: Result | None, question: Question) -> str:
    if result is None:
        return "not run"
    number = len(result.open_findings)
    if number:
        return counted(number, "finding")
    what = outcome(result)
    if what is Outcome.PASS and (question.filters.namespace or question.filters.owner or question.about):
        return "nothing there"
    return "could not be judged" if what is Outcome.UNKNOWN else what.value


def _one(question: Question, left: Report, right: Report, every: Sequence[Pair]) -> Reply:
    """Compare what one check says on both."""
    names = code(left.cluster), code(right.cluster)
    if not every:
        return Reply(
            told=f"Neither {names[0]} nor {names[1]} has {code(question.check)} in its last report.",
            steps=(Step("Run again", Run(left.cluster)),),
        )
    pair = every[0]
    part = scope.described(question)
    sides = f"{_side(pair.left, question)} on {names[0]}, {_side(pair.right, question)} on {names[1]}"
    shared = f"; {pair.shared:,} are the same" if pair.shared else ""
    points = [*_points(names[0], pair.left), *_points(names[1], pair.right)]
    return Reply(
        told=f"{code(pair.found.id)}{part and f', {part}'}: {sides}{shared}. {expected(pair.found.title)}",
        points=tuple(points),
        note=_doubts(question, left, right),
        steps=(
            Step(f"How do I fix it on {left.cluster}?", about(question, Kind.FIX)),
            Step("Compare all checks", Question(Kind.COMPARE, question.cluster, other=question.other)),
        ),
    )


def _points(name: str, result: Result | None) -> list[str]:
    if result is None:
        return []
    findings = result.open_findings
    if not findings:
        told = reason(result) if result.reason else some([flat(it) for it in result.evidence])
        return [f"{name}: {flat(told)}"] if told else []
    others = more(len(findings) - FINDINGS_SHOWN, "finding")
    lines = [f"{name}: {found(finding)}" for finding in findings[:FINDINGS_SHOWN]]
    return [*lines[:-1], f"{lines[-1]}{others and f', {others}'}"]


def _doubts(question: Question, *reports: Report) -> str:
    told = [(it.cluster, doubts(scope.asked(it, question).results)) for it in reports]
    if len({words for _, words in told}) == 1:
        return told[0][1] and f"On both: {told[0][1]}"
    return " ".join(f"On {code(cluster)}: {words}" for cluster, words in told if words)
