"""Whose it is: by the labels of objects, else by who mends the check."""

from collections import defaultdict
from collections.abc import Sequence

from checks.model import Finding, Layer, Report, Result
from checks.presentation.prose import counted
from handlers.conversation.answers import scope
from handlers.conversation.answers.findings import rest, which
from handlers.conversation.answers.words import about, code, more, some, subject
from handlers.conversation.reply import Reply, Step
from handlers.intents import Kind, Question, Run
from handlers.render.explanation import MENDERS

SHOWN = 5
NAMES_SHOWN = 2

Found = tuple[Result, Finding]


def owner(question: Question, report: Report) -> Reply:
    """Say whose the open findings are, those of the most first."""
    kept = scope.asked(report, question)
    every = list(scope.findings(kept))
    if not every:
        return _nobodys(question, report)
    groups = _by_owner(every)
    unowned = groups.pop("", [])
    rows = [f"{code(name)}: {_row(items)}" for name, items in groups.items()]
    rows += [f"no owner, for {MENDERS[layer]}: {_row(items)}" for layer, items in _by_layer(unowned).items()]
    return Reply(
        told=_told(question, report, every, groups, unowned),
        points=tuple(rows[:SHOWN]),
        left=more(len(rows) - SHOWN, "owner"),
        steps=(
            Step("Which findings?", about(question, Kind.LIST)),
            Step("How do I fix it?", about(question, Kind.FIX, every[0][0].id)),
            Step("Run again", Run(report.cluster)),
        ),
        rest=rest(report, every) if len(rows) > SHOWN else None,
    )


def _told(
    question: Question,
    report: Report,
    every: Sequence[Found],
    groups: dict[str, list[Found]],
    unowned: Sequence[Found],
) -> str:
    number = f"{counted(len(every), 'open finding')} {scope.place(question, report)}"
    what = f"{code(question.check)}, {number}" if question.check else number
    if not groups:
        menders = some(list(dict.fromkeys(MENDERS[result.layer] for result, _ in every)))
        return f"{what}: no label says whose the objects are. {menders.capitalize()} would mend it."
    if len(groups) == 1 and not unowned:
        return f"{what}: owned by {code(every[0][1].owner)}."
    owners = some([f"{code(name)} ({len(items):,})" for name, items in groups.items()])
    nobodys = f"; {len(unowned):,} {'has' if len(unowned) == 1 else 'have'} no owner" if unowned else ""
    return f"{what}: owned by {owners}{nobodys}."


def _by_owner(every: Sequence[Found]) -> dict[str, list[Found]]:
    """Group findings by owner, the one with the most first."""
    groups = defaultdict[str, list[Found]](list)
    for item in every:
        groups[item[1].owner].append(item)
    return dict(sorted(groups.items(), key=lambda group: -len(group[1])))


def _by_layer(every: Sequence[Found]) -> dict[Layer, list[Found]]:
    groups = defaultdict[Layer, list[Found]](list)
    for item in every:
        groups[item[0].layer].append(item)
    return groups


def _row(items: Sequence[Found]) -> str:
    """Return `5 findings of 2 checks, such as Deployment shop/cart`."""
    names = list(dict.fromkeys(subject(finding) for _, finding in items))
    checks = counted(len({result.id for result, _ in items}), "check")
    return f"{counted(len(items), 'finding')} of {checks}: {some(names, NAMES_SHOWN)}"


def _nobodys(question: Question, report: Report) -> Reply:
    """Say that nothing is open, and who would mend a check that was named."""
    none = which(question, report)
    result = next((it for it in report.results if it.id == question.check), None)
    whose = f" It is for {MENDERS[result.layer]} to look after." if result else ""
    return Reply(
        told=f"{none.told}{whose}", points=none.points, left=none.left, note=none.note, steps=none.steps
    )
