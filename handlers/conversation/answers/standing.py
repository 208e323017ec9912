"""How checks stand: one of them in a sentence, or all of which the same became."""

from collections.abc import Iterator, Sequence

from msgspec import structs

from checks.model import Report, Result
from checks.presentation.grouping import Outcome, having, outcome, reason, waivers
from checks.presentation.prose import counted
from handlers.conversation.answers import scope
from handlers.conversation.answers.words import about, code, doubts, flat, literal, more, sentence
from handlers.conversation.reply import Reply, Step
from handlers.intents import Kind, Question, Rbac, Run, Show, Waivers

SHOWN = 6
REASON_MOST = 400
SAID = {
    Outcome.PASS: ("passes", "pass"),
    Outcome.WAIVED: ("has waived findings", "have waived findings"),
    Outcome.UNKNOWN: ("could not be judged", "could not be judged"),
    Outcome.NOT_APPLICABLE: ("does not apply", "do not apply"),
}


def standing(result: Result, report: Report) -> str:
    """Return `node-health fails on prod: 3 findings, severity critical.`, or how else it stands."""
    name, where = code(result.id), f"on {code(report.cluster)}"
    match outcome(result):
        case Outcome.FAIL:
            number = counted(len(result.open_findings), "finding")
            return f"{name} fails {where}: {number}, severity {result.severity}."
        case Outcome.PASS:
            return f"{name} passes {where}: {sentence(flat(result.title))}"
        case Outcome.WAIVED:
            return f"{name} has no open finding {where}: {_accepted(result)}."
        case Outcome.UNKNOWN:
            return f"{name} could not be judged {where}: {sentence(flat(reason(result), REASON_MOST))}"
        case Outcome.NOT_APPLICABLE:
            why = sentence(flat(reason(result), REASON_MOST))
            return f"{name} does not apply to {code(report.cluster)}: {why}"


def alike(question: Question, report: Report, wanted: Outcome) -> Reply:
    """List the checks of which that became, each with why it is so; waived is what is so in part, too."""
    anything = structs.replace(question, filters=structs.replace(question.filters, status=None))
    results = scope.asked(report, anything).results
    found = (
        [it for it in results if any(waivers([it]))] if wanted is Outcome.WAIVED else having(results, wanted)
    )
    return Reply(
        told=_told(found, wanted, scope.place(question, report)),
        points=tuple(f"{code(result.id)}: {_why(result, wanted)}" for result in found[:SHOWN]),
        left=more(len(found) - SHOWN, "check"),
        note=doubts(report.results) if wanted is Outcome.PASS else "",
        steps=tuple(_steps(question, report, found, wanted)),
    )


def _told(found: Sequence[Result], wanted: Outcome, where: str) -> str:
    one, several = SAID[wanted]
    if not found:
        nothing = "Every check could be judged" if wanted is Outcome.UNKNOWN else f"No check {one}"
        return f"{nothing} {where}."
    return f"{counted(len(found), 'check')} {one if len(found) == 1 else several} {where}."


def _why(result: Result, wanted: Outcome) -> str:
    match wanted:
        case Outcome.PASS:
            return flat(result.title)
        case Outcome.WAIVED:
            return _accepted(result)
        case _:
            return flat(reason(result), REASON_MOST)


def _accepted(result: Result) -> str:
    return "; ".join(literal(item.words) for item in waivers([result]))


def _steps(question: Question, report: Report, found: Sequence[Result], wanted: Outcome) -> Iterator[Step]:
    if len(found) > SHOWN:
        filters = structs.replace(question.filters, status=wanted)
        yield Step("All of them", Show(report.cluster, filters, run_id=report.run_id))
    if wanted is Outcome.UNKNOWN and found:
        yield Step("What may I not read?", Rbac(report.cluster))
    if wanted is Outcome.WAIVED:
        yield Step("All waivers", Waivers(report.cluster))
    whole = Question(question.kind, question.cluster, run_id=question.run_id)
    yield Step("The whole report", about(whole, Kind.SUMMARY))
    yield Step("Run again", Run(report.cluster))
