"""The audit log."""

import re
from collections.abc import Sequence
from datetime import datetime

from checks.presentation.prose import ago
from handlers.intents import Audit
from handlers.ports import Entry
from handlers.render.budget import Row, fit, message
from handlers.render.elements import context, section
from handlers.render.message import Message
from handlers.render.parts import cluster_name, more
from handlers.render.text import code, cut, escape, shorten, user, weight, when

ENTRIES = 6
"""Entries of one section."""
LINE_BYTES = 700
WHAT_MOST = 160
DETAIL_MOST = 160
OUTCOME_MOST = 20
USER_MOST = 40
CHANNEL = re.compile(r"[CG][A-Z0-9]+")
MARKS = {"done": ":white_check_mark:", "refused": ":no_entry:", "failed": ":warning:"}


def entries(entries: Sequence[Entry], intent: Audit, now: datetime) -> Message:
    """Return who did what, newest first."""
    of = f"  {cluster_name(intent.cluster)}" if intent.cluster else ""
    if not entries:
        return message("Nothing is on record", [section(f"*Audit log*{of}\nNothing is on record.")])
    lines = [cut(_line(entry), LINE_BYTES, weight) for entry in entries]
    chunks = [lines[start : start + ENTRIES] for start in range(0, len(lines), ENTRIES)]

    def left_out(number: int) -> Row:
        others = more(sum(map(len, chunks[-number:])), "line").capitalize()
        return [context(f"{others} did not fit: `readiness audit` on the command line prints them.")]

    told = f"the newest {len(lines)}, the last {ago(entries[0].at, now)}"
    rows = [[section("\n".join(chunk))] for chunk in chunks]
    return fit(f"Audit log: {told}", [section(f"*Audit log*{of}\n{told}")], rows, [], left_out)[0]


def _line(entry: Entry) -> str:
    mark = MARKS.get(entry.outcome, ":white_circle:")
    who = user(shorten(entry.user, USER_MOST))
    outcome = escape(shorten(entry.outcome, OUTCOME_MOST))
    detail = escape(shorten(entry.detail, DETAIL_MOST))
    line = f"{mark} {when(entry.at)}  {who}{_where(entry.channel)}: {code(shorten(entry.what, WHAT_MOST))}"
    return f"{line} {outcome}" + (f", {detail}" if detail else "")


def _where(channel: str) -> str:
    """Return the channel; nothing for direct messages, which only their two sides can open."""
    return f" in <#{channel}>" if CHANNEL.fullmatch(channel) else ""
