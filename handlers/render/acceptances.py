"""What is waived and attested: all of it, and what became of one."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from checks.words import last_day
from handlers.intents import Attest, Edit, Intent, Run, Verb, Waive, Waivers, Withdraw
from handlers.ports import Acceptance
from handlers.render.budget import Row, lines, message, squeezed
from handlers.render.days import left
from handlers.render.elements import actions, context, section
from handlers.render.message import Block, Message
from handlers.render.offers import offer
from handlers.render.paging import turn
from handlers.render.parts import NAME_MOST, check_name, cluster_name
from handlers.render.text import code, escape, link, shorten, user
from handlers.request import Asker

PAGE = 10
"""Acceptances of one page."""
BY_MOST = 60
REASON_MOST = 500
LISTED_REASON_MOST = 160
PATTERN_MOST = 80
ONE_BYTES = 5_000


Right = tuple[str, Verb]
"""A cluster, and what somebody may do there."""


def listing(
    held: Mapping[str, Sequence[Acceptance]], may: AbstractSet[Right], asked: Waivers, now: datetime
) -> Message:
    """Return a page of what is accepted by cluster, the first to end first.

    There are buttons for what the reader may change.
    """
    every = [(cluster, acceptance) for cluster, found in held.items() for acceptance in found]
    if not every:
        where = cluster_name(next(iter(held))) if len(held) == 1 else "any cluster"
        told = f"Nothing is waived or attested on {where}."
        return message(told, [section(told)])
    shown = turn(every, asked.page, PAGE)
    rows: list[tuple[str, Row]] = []
    for at, (cluster, acceptance) in enumerate(shown.shown):
        heading = [f"*{cluster_name(cluster)}*"] if at == 0 or shown.shown[at - 1][0] != cluster else []
        changeable = acceptance.id and (cluster, acceptance.verb) in may
        buttons = _changes(acceptance) if changeable else []
        rows.append(("\n".join([*heading, *listed(acceptance, now)]), buttons))
    head = [section(f"*Waived and attested*  {shown.span('acceptance')}")]
    turns = shown.turns(lambda to: Waivers(asked.cluster, to))
    tail = [
        *([context("By id: `edit ID`, `withdraw ID`.")] if may else []),
        *([actions(*turns)] if turns else []),
    ]
    return message(f"{len(every):,} waived and attested", [*head, *lines(rows, head, tail), *tail])


def listed(acceptance: Acceptance, now: datetime) -> Iterator[str]:
    """Yield the lines of one: what is accepted, by whom until when, and why."""
    origin = f"id {code(acceptance.id)}" if acceptance.id else "from readiness.yaml"
    yield f"{_verb(acceptance)}: {_what(acceptance)}"
    yield f"by {_who(acceptance)} until {_end(acceptance, now)} · {origin}"
    yield escape(shorten(acceptance.reason, LISTED_REASON_MOST)) + _evidence(acceptance)


def ending(acceptance: Acceptance, now: datetime) -> str:
    """Return what ends on one line. Whoever made it is named, not mentioned: nobody asked."""
    by = escape(shorten(acceptance.by, BY_MOST))
    return f"{_verb(acceptance)}: {_on(acceptance)} by {by}, {_end(acceptance, now)}"


def saved(acceptance: Acceptance, now: datetime, *, changed: bool) -> Message:
    """Return what was accepted just now, or changed."""
    title = f"{_noun(acceptance)} changed" if changed else _verb(acceptance)
    told = f"{_on(acceptance)} by {_who(acceptance)} until {_end(acceptance, now)}"
    buttons = _changes(acceptance)
    if acceptance.attestation:
        told += ". It counts from the next run on."
        buttons.append(offer("Check now", Run(acceptance.cluster)))
    return _one(title, told, acceptance, buttons)


def withdrawn(acceptance: Acceptance, asker: Asker, now: datetime) -> Message:
    """Return what was ended before its time."""
    told = (
        f"{_on(acceptance)} by {_who(acceptance)}. {user(asker.user)} withdrew it;"
        f" it would have held until {_end(acceptance, now)}. {_consequence(acceptance)}"
    )
    return _one(f"{_noun(acceptance)} withdrawn", told, acceptance, _next(acceptance))


def ended(acceptance: Acceptance) -> Message:
    """Return the announcement of an end."""
    by = f"by {_who(acceptance)} until {last_day(acceptance.until)}"
    told = f"{_on(acceptance)} {by}. {_consequence(acceptance)}"
    return _one(f"{_noun(acceptance)} ended", told, acceptance, _next(acceptance))


def _one(title: str, told: str, acceptance: Acceptance, buttons: Sequence[Block]) -> Message:
    reason = escape(shorten(acceptance.reason, REASON_MOST)) + _evidence(acceptance)
    text = f"{title}: {_on(acceptance)}"
    mark = ":memo:" if acceptance.attestation else ":ballot_box_with_check:"
    return message(text, [squeezed(f"{mark} *{title}*  {told}\n{reason}", ONE_BYTES), actions(*buttons)])


def _changes(acceptance: Acceptance) -> list[Block]:
    return [offer("Edit", Edit(acceptance.id)), offer("Withdraw", Withdraw(acceptance.id))]


def _next(acceptance: Acceptance) -> list[Block]:
    cluster, check = acceptance.cluster, acceptance.check
    again: Intent = Waive(cluster, check, acceptance.fingerprint)
    label = "Waive again"
    if acceptance.attestation:
        label, again = "Attest again", Attest(cluster, check)
    return [offer(label, again), offer("Check now", Run(cluster))]


def _verb(acceptance: Acceptance) -> str:
    return "Attested" if acceptance.attestation else "Waived"


def _noun(acceptance: Acceptance) -> str:
    return "Attestation" if acceptance.attestation else "Waiver"


def _consequence(acceptance: Acceptance) -> str:
    return (
        "The check is judged again from the next run on."
        if acceptance.attestation
        else "What it accepted counts again."
    )


def _on(acceptance: Acceptance) -> str:
    return f"{_what(acceptance)} on {cluster_name(acceptance.cluster)}"


def _what(acceptance: Acceptance) -> str:
    """Return what is accepted: a finding, what a check finds, or a check."""
    check = check_name(acceptance.check)
    if acceptance.attestation:
        return check
    if acceptance.fingerprint:
        subject = code(shorten(acceptance.subject, NAME_MOST)) or f"finding {code(acceptance.fingerprint)}"
        return f"{subject} {check}".strip()
    patterns = [
        *(
            [f"in namespace {code(shorten(acceptance.namespace, PATTERN_MOST))}"]
            if acceptance.namespace != "*"
            else []
        ),
        *([f"named {code(shorten(acceptance.name, PATTERN_MOST))}"] if acceptance.name != "*" else []),
    ]
    return " ".join([f"every finding of {check}", *patterns])


def _who(acceptance: Acceptance) -> str:
    return user(acceptance.user) if acceptance.user else escape(shorten(acceptance.by, BY_MOST))


def _end(acceptance: Acceptance, now: datetime) -> str:
    return f"{last_day(acceptance.until)} ({left(acceptance.until, now)})"


def _evidence(acceptance: Acceptance) -> str:
    return f" ({link(acceptance.link, 'evidence')})" if acceptance.link else ""
