"""Words that came from a cluster or a person, made safe to show, and the small grammar they are written in.

A message, fix or reason is one paragraph in which `code` stands between backticks, and may hold fenced
blocks. Whatever the names in it contain, each format escapes the pieces for its own medium.
"""

import re
from datetime import UTC, datetime
from enum import Enum, auto
from typing import NamedTuple

from checks.model import Finding, Ref, WaiverNote
from checks.words import last_day

MARKED = re.compile(r"```[^\n`]*\n(?P<block>.*?)```|`(?P<code>[^`\n]+)`", re.DOTALL)

UNITS = ((86_400, "day", "days"), (3_600, "h", "h"), (60, "min", "min"))


class Form(Enum):
    """How a piece of prose is set: running text, code within it, or lines of code."""

    PROSE = auto()
    CODE = auto()
    BLOCK = auto()


class Piece(NamedTuple):
    """A run of text in one form. Only a block holds newlines; nothing else that is not printable is left."""

    form: Form
    text: str


def plain(text: str) -> str:
    r"""Return text on one line that can neither steer a terminal nor hide or reorder what is read.

    White space becomes a space; any other unprintable character (controls, escapes, bidirectional overrides,
    zero-width characters, lone surrogates) is spelt out, as in `\x1b`.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _spelt(char) for char in text)


def _spelt(char: str) -> str:
    return " " if char.isspace() else char.encode("unicode_escape").decode()


def pieces(text: str) -> list[Piece]:
    """Split prose into its pieces, each safe to show."""
    found = []
    end = 0
    for match in MARKED.finditer(text):
        found.append(_paragraph(text[end : match.start()]))
        found.append(_code(match))
        end = match.end()
    found.append(_paragraph(text[end:]))
    return [piece for piece in found if piece.text]


def _paragraph(text: str) -> Piece:
    return Piece(Form.PROSE, plain(re.sub(r"\s*\n\s*", " ", text)))


def _code(match: re.Match[str]) -> Piece:
    if match["code"]:
        return Piece(Form.CODE, plain(match["code"]))
    lines = match["block"].expandtabs(4).rstrip().split("\n")
    return Piece(Form.BLOCK, "\n".join(plain(line) for line in lines))


def flowed(text: str, indent: str = "") -> str:
    """Return prose as plain text: code between backticks, blocks on lines of their own, `indent` in."""
    return "".join(_flowed(piece, indent) for piece in pieces(text)).strip()


def _flowed(piece: Piece, indent: str) -> str:
    match piece.form:
        case Form.PROSE:
            return piece.text
        case Form.CODE:
            return f"`{piece.text}`"
        case Form.BLOCK:
            return "\n" + "\n".join(indent + line for line in piece.text.split("\n")) + "\n" + indent


def counted(number: int, noun: str) -> str:
    """Return `1 finding` or `20,000 findings`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def named(ref: Ref) -> str:
    """Return an object's name as text: `Deployment shop/cart`; the cluster itself is `the cluster`."""
    return "the cluster" if ref == Ref("Cluster") else plain(str(ref))


def whose(finding: Finding) -> str:
    """Return whose a finding's object is, to stand behind its name: ` (payments)`; empty if nobody's."""
    return f" ({plain(finding.owner)})" if finding.owner else ""


def ago(when: datetime, now: datetime) -> str:
    """Return an age in its largest unit: `14 min ago`; `just now` below a minute, or where clocks differ."""
    span = lasting(when, now)
    return f"{span} ago" if span else "just now"


def lasting(start: datetime, end: datetime) -> str:
    """Return how long it is from one moment to another in its largest unit; empty below a minute."""
    seconds = int((end - start).total_seconds())
    for size, one, many in UNITS:
        if seconds >= size:
            number = seconds // size
            return f"{number} {one if number == 1 else many}"
    return ""


def local(when: datetime, now: datetime) -> str:
    """Return a moment to the minute, in the time zone of `now`: `2026-11-01 13:46+01:00`."""
    return when.astimezone(now.tzinfo).isoformat(sep=" ", timespec="minutes")


def utc(when: datetime) -> str:
    """Return a moment for machines: `2026-11-01T12:46:00Z`."""
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def web(url: str) -> str:
    """Return an address that may be linked to; empty for any that is no web page (`javascript:`)."""
    return plain(url) if url.startswith(("https://", "http://")) else ""


def accepted(note: WaiverNote) -> str:
    """Return who waived a finding, until when and why, on one line."""
    return plain(f"by {note.by} until {last_day(note.until)}: {note.reason}")
