"""What intents are called on buttons: questions, as a person would ask them."""

from datetime import date

from checks.presentation.ages import AGE, WHEN
from checks.presentation.grouping import Outcome
from handlers.intents import Ask, Attest, Export, Filters, Help, Intent, Kind, Question, Run, Waive
from handlers.language.saying import to_command

LONGEST = 75
"""Characters of a button's text."""
UNITS = {"m": "minute", "h": "hour", "d": "day", "w": "week"}
ASKED = {
    Kind.SUMMARY: "How is {cluster} doing{within}?",
    Kind.EXPLAIN: "Why does {subject} fail{within}?",
    Kind.FIX: "How do I fix {subject}{within}?",
    Kind.LIST: "Which findings of {subject}{within}?",
    Kind.CHANGES: "What changed{since}{within}?",
    Kind.COMPARE: "How does {subject} compare with {other}?",
    Kind.HISTORY: "How long has {subject} been failing{within}?",
    Kind.OWNER: "Whose is {subject}{within}?",
}
OF_ALL = {
    Kind.EXPLAIN: "Why is {cluster} not ready{within}?",
    Kind.FIX: "What should be fixed first{within}?",
    Kind.LIST: "What fails{within}?",
    Kind.COMPARE: "How does {cluster} compare with {other}?",
    Kind.HISTORY: "How has the score developed?",
    Kind.OWNER: "Whose are the findings{within}?",
}
"""What is asked where no check and no object is named."""
STATES = {
    Outcome.FAIL: "What fails{within}?",
    Outcome.PASS: "What passes{within}?",
    Outcome.WAIVED: "What is waived{within}?",
    Outcome.UNKNOWN: "What could not be judged{within}?",
    Outcome.NOT_APPLICABLE: "What does not apply{within}?",
}
"""The same of checks of which something else became."""


def spoken(intent: Intent) -> str:
    """Return what somebody would say for an intent, or its command, in at most 75 characters."""
    match intent:
        case Question():
            told = _question(intent)
        case Run():
            told = ", ".join([f"Run {intent.cluster} again", *intent.filters.checks])
        case Waive():
            told = f"Waive {intent.check or 'a finding'}"
        case Attest():
            told = f"Attest {intent.check or 'a check'}"
        case Export():
            told = f"Export as {intent.format.upper()}"
        case Ask():
            told = f"{intent.cluster}: {intent.said}"
        case Help():
            told = "What can I ask?"
        case _:
            told = to_command(intent)
    return told if len(told) <= LONGEST else told[: LONGEST - 1] + "…"


def _question(question: Question) -> str:
    subject = question.check or question.about
    pattern = ASKED[question.kind] if subject else OF_ALL.get(question.kind, ASKED[question.kind])
    if question.filters.status and not subject:
        pattern = STATES[question.filters.status]
    return pattern.format(
        cluster=question.cluster,
        subject=subject,
        other=question.other or "another cluster",
        since=_since(question.since),
        within=_within(question.filters),
    )


def _within(filters: Filters) -> str:
    parts = [f"{filters.severity} and above"] if filters.severity else []
    parts += list(filters.families)
    parts += [f"in {filters.namespace}"] if filters.namespace else []
    parts += [f"of {filters.owner}"] if filters.owner else []
    return f", {', '.join(parts)}" if parts else ""


def _since(since: str) -> str:
    age = AGE.fullmatch(since)
    if age:
        return f" in the last {age[1]} {UNITS[age[2]]}{'s' * (age[1] != '1')}"
    if WHEN.fullmatch(since):
        day = date.fromisoformat(since[:10])
        return f" since {day.day} {day:%b}"
    return f" since {since}" if since else ""
