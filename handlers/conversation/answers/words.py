"""The pieces of an answer: prose in the grammar of `checks.presentation.prose`, whatever is in the names."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import structs

from checks.model import CLUSTER, Finding, Report, Result
from checks.presentation.grouping import Outcome, headline, outcome, waivers
from checks.presentation.prose import Form, ago, counted, local, named, pieces, plain
from checks.summary import Summary
from handlers.intents import Kind, Question

BACKTICK = "\u02cb"
"""A letter that is read as a backtick, and ends no code."""
NAME_MOST = 120
POINT_MOST = 280
NAMES_SHOWN = 4


def code(text: str) -> str:
    """Return a name as code on one line, whatever is in it; nothing for nothing."""
    return _coded(_cut(plain(text).strip(), NAME_MOST))


def _coded(text: str) -> str:
    inside = text.strip().replace("`", BACKTICK)
    return f"`{inside}`" if inside else ""


def literal(text: str) -> str:
    """Return words that came from a cluster or a person as running text."""
    return plain(text).replace("`", BACKTICK)


def flat(text: str, most: int = POINT_MOST) -> str:
    """Return prose on one line of at most about so many characters, an ellipsis for each block."""
    told, room = "", most
    for piece in pieces(text):
        if room <= 0:
            return f"{told.rstrip()} …"
        words = _cut("…" if piece.form is Form.BLOCK else piece.text, room)
        told += _coded(words) if piece.form is Form.CODE else literal(words)
        room -= len(words)
    return told.strip()


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def subject(finding: Finding) -> str:
    """Return the object of a finding as code; the cluster itself in words."""
    return named(finding.ref) if finding.ref == CLUSTER else code(named(finding.ref))


def found(finding: Finding) -> str:
    """Return a finding on one line; one of the cluster itself names no object."""
    told = flat(finding.message)
    return told if finding.ref == CLUSTER else f"{subject(finding)}: {told}"


def quoted(result: Result, finding: Finding) -> str:
    """Return a finding with its check: `… (critical, etcd-health)`."""
    return f"{found(finding)} ({result.severity}, {code(result.id)})"


def first(result: Result) -> str:
    """Return the first finding of a check for all of them: `… (critical, etcd-health, 1 of 2 findings)`."""
    number = len(result.open_findings)
    shown = quoted(result, result.open_findings[0])
    return shown if number == 1 else f"{shown[:-1]}, 1 of {counted(number, 'finding')})"


def expected(title: str) -> str:
    """Return what a check expects: its title is the state that passes, and no subject of a sentence."""
    return f"Expected: {sentence(flat(title, NAME_MOST))}"


def verdict(report: Report | Summary) -> str:
    """Return `NOT READY, grade C, score 64, coverage 97 %`."""
    words, numbers = headline(report.verdict, report.grade, report.score, report.coverage)
    return literal(", ".join([words, *numbers]))


def some(names: Sequence[str], most: int = NAMES_SHOWN) -> str:
    """Return `a, b and 3 more`, or `a and b`."""
    others = len(names) - most
    shown = [*names[:most], f"{others:,} more"] if others > 0 else list(names)
    return " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def more(number: int, noun: str) -> str:
    """Return `and 3 more findings`; empty for none."""
    return f"and {counted(number, f'more {noun}')}" if number > 0 else ""


def at(moment: datetime, now: datetime) -> str:
    """Return a moment with its age: `2026-11-16 09:00 UTC (3 days ago)`."""
    return f"{local(moment, now).replace('+00:00', ' UTC')} ({ago(moment, now)})"


def doubts(results: Iterable[Result]) -> str:
    """Say which checks could not be judged, or only in part; empty for none."""
    every = list(results)
    unknown = [code(result.id) for result in every if outcome(result) is Outcome.UNKNOWN]
    partly = [code(it.id) for it in every if it.incomplete and outcome(it) is not Outcome.UNKNOWN]
    told = [f"Could not be judged: {some(unknown)}."] if unknown else []
    return " ".join([*told, *([f"Judged in part: {some(partly)}."] if partly else [])])


def sentence(words: str) -> str:
    """Return words with a full stop, unless they end in one."""
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def waived(results: Iterable[Result]) -> list[str]:
    """Return who waived what, until when and why, a sentence each."""
    return [f"{code(item.result.id)}: {literal(item.words)}" for item in waivers(results)]


def about(question: Question, kind: Kind, check: str = "") -> Question:
    """Return another question about the same part of the same report; without a check, about the same one."""
    return structs.replace(question, kind=kind, check=check or question.check, since="", other="")
