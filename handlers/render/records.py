"""The audit log."""

import re
from collections.abc import Sequence
from datetime import datetime

from msgspec import structs

from checks.presentation.prose import ago
from handlers.intents import Audit
from handlers.ports import Entry
from handlers.render.budget import message, share
from handlers.render.elements import actions, section
from handlers.render.message import Message
from handlers.render.paging import turn
from handlers.render.parts import cluster_name
from handlers.render.text import code, cut, escape, shorten, user, weight, when

PAGE = 20
"""Entries of one page."""
ENTRIES = 6
"""Entries of one section."""
SECTIONS = [section("-")] * 4
"""More than the sections of a page add to their lines."""
WHAT_MOST = 160
DETAIL_MOST = 160
OUTCOME_MOST = 20
USER_MOST = 40
CHANNEL = re.compile(r"[CG][A-Z0-9]+")
MARKS = {"done": ":white_check_mark:", "refused": ":no_entry:", "failed": ":warning:"}


def entries(entries: Sequence[Entry], intent: Audit, now: datetime) -> Message:
    """Return a page of who did what, newest first.

    `entries` are those of all pages up to this one, and the first of the next where there is one.
    """
    of = f"  {cluster_name(intent.cluster)}" if intent.cluster else ""
    if not entries:
        return message("Nothing is on record", [section(f"*Audit log*{of}\nNothing is on record.")])
    page = turn(entries, intent.page, PAGE)
    first, last = page.before + 1, page.before + len(page.shown)
    told = f"lines {first} to {last}, the newest first"
    if page.number == 1:
        told = f"the newest {last}, the last {ago(entries[0].at, now)}"
    head = [section(f"*Audit log*{of}\n{told}")]
    turns = page.turns(lambda to: structs.replace(intent, page=to))
    tail = [actions(*turns)] if turns else []
    room = share(len(page.shown), head, tail, SECTIONS)
    lines = [cut(_line(entry), room, weight) for entry in page.shown]
    chunks = [lines[start : start + ENTRIES] for start in range(0, len(lines), ENTRIES)]
    rows = [section("\n".join(chunk)) for chunk in chunks]
    return message(f"Audit log: {told}", [*head, *rows, *tail])


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
