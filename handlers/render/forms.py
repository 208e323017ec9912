"""The forms of waivers and attestations. See `submission` for what comes of them."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from checks.model import Report
from checks.presentation.prose import counted
from checks.words import last_day
from handlers.grammar import to_command
from handlers.intents import Attest, Fix, Waive
from handlers.ports import Acceptance
from handlers.render.choices import Choices, signable, value, waivable
from handlers.render.days import end_of, left, today
from handlers.render.elements import context, section
from handlers.render.inputs import (
    METADATA_MOST,
    day_input,
    group,
    link_input,
    menu,
    modal,
    option,
    submittable,
    text_input,
)
from handlers.render.message import Block, Form
from handlers.render.parts import check_name, cluster_name, reading
from handlers.render.submission import (
    ATTESTATION,
    DAYS_MOST,
    LINK,
    NAMESPACE,
    REASON,
    REASON_MOST,
    UNTIL,
    WAIVER,
    WHAT,
    problems,
    read,
)
from handlers.render.text import code
from handlers.request import Asker

__all__ = ["ATTESTATION", "WAIVER", "attestation", "change", "problems", "read", "waiver"]

NAMESPACE_MOST = 253


def waiver(report: Report, intent: Waive, asker: Asker, now: datetime, *, until: datetime) -> Form:
    """Return the form that accepts a finding, or what a check finds; `until` unless the intent has a day."""
    name = cluster_name(report.cluster)
    choices = waivable(report, intent.check, intent.fingerprint)
    if not choices.groups:
        has = f"{check_name(intent.check)} has" if intent.check else "There is"
        return modal("Waive findings", [section(f"{has} no open finding on {name}, {reading(report, now)}.")])
    fields = [
        section(
            f"{name}, {reading(report, now)}. Every report shows what is waived, by whom and until when."
        ),
        menu(WHAT, "What is accepted", choices.groups, choices.chosen),
        *_left_out(choices, report.cluster, intent),
        _namespace(""),
        _reason(intent.reason),
        *_wanted(intent.until, until, now),
    ]
    about = {"cluster": report.cluster, "run_id": report.run_id}
    return _form(("Waive findings", "Waive"), WAIVER, fields, asker, about)


def _left_out(choices: Choices, cluster: str, intent: Waive) -> list[Block]:
    """Say how many findings the menu has no room for, and how they can be reached."""
    if not choices.left_out:
        return []
    others = f"{counted(choices.left_out, 'finding')} did not fit here"
    if intent.check:
        return [context(f"{others}: {code(to_command(Fix(cluster, intent.check)))} has a button for each.")]
    return [context(f"{others}: {code(to_command(Waive(cluster)) + ' CHECK')} lists those of one check.")]


def attestation(report: Report, intent: Attest, asker: Asker, now: datetime, *, until: datetime) -> Form:
    """Return the form that signs what no API can show."""
    where = f"{cluster_name(report.cluster)}, {reading(report, now)}"
    choices = signable(report, intent.check)
    rule = "Only what could not be judged, or fails for the cluster as a whole, can be attested"
    if not choices.groups:
        return modal("Attest a check", [section(f"{where}. {rule}; there is no such check.")])
    missing = f"; {check_name(intent.check)} is neither" if intent.check and not choices.chosen else ""
    fields = [
        section(f"{where}. {rule}{missing}."),
        menu(WHAT, "Which check is in order", choices.groups, choices.chosen),
        _reason(intent.reason),
        _evidence(""),
        *_wanted(intent.until, until, now),
    ]
    about = {"cluster": report.cluster, "run_id": report.run_id}
    return _form(("Attest a check", "Attest"), ATTESTATION, fields, asker, about)


def change(acceptance: Acceptance, asker: Asker, now: datetime) -> Form:
    """Return the form of what was accepted in Slack, filled in."""
    signed, single = acceptance.attestation, bool(acceptance.fingerprint)
    what = acceptance.subject or acceptance.fingerprint if single else f"Every finding of {acceptance.check}"
    only = option(acceptance.check if signed else what, value(acceptance.check, acceptance.fingerprint))
    namespace = "" if acceptance.namespace == "*" else acceptance.namespace
    fields = [
        section(f"{cluster_name(acceptance.cluster)}, {left(acceptance.until, now)}."),
        menu(WHAT, "What is accepted", [group(acceptance.check, [only])], only),
        *([] if signed or single else [_namespace(namespace)]),
        _reason(acceptance.reason),
        *([_evidence(acceptance.link)] if signed else []),
        _until(acceptance.until),
    ]
    about = {"cluster": acceptance.cluster, "run_id": "", "id": acceptance.id}
    title = "Edit an attestation" if signed else "Edit a waiver"
    return _form((title, "Save"), ATTESTATION if signed else WAIVER, fields, asker, about)


def _namespace(pattern: str) -> Block:
    hint = "Where a check is accepted as a whole: a name, or a pattern such as shop-*. Empty for everywhere."
    label = "Only in this namespace"
    return text_input(NAMESPACE, label, pattern, most=NAMESPACE_MOST, hint=hint, optional=True)


def _reason(text: str) -> Block:
    return text_input(REASON, "Why", text, most=REASON_MOST, multiline=True)


def _evidence(link: str) -> Block:
    return link_input(LINK, "Link to the evidence", link)


def _until(until: datetime) -> Block:
    return day_input(
        UNTIL, "Until", last_day(until), f"Its last day, in UTC. At most {DAYS_MOST} days ahead."
    )


def _wanted(day: str, usual: datetime, now: datetime) -> list[Block]:
    """Return the field of the last day, as it was asked for: the furthest there is for one beyond it."""
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        return [_until(usual)]
    furthest = today(now) + timedelta(days=DAYS_MOST)
    if asked <= furthest:
        return [_until(end_of(day))]
    said = f"You asked for {asked}, which is more than {DAYS_MOST} days ahead: {furthest} is the furthest."
    return [_until(end_of(furthest.isoformat())), context(said)]


def _form(
    titles: tuple[str, str], callback_id: str, fields: Sequence[Block], asker: Asker, about: dict[str, str]
) -> Form:
    """Return a form that knows where it was opened and what it is about."""
    title, submit = titles
    origin = {"channel": asker.channel, "thread_ts": asker.thread_ts, "response_url": asker.response_url}
    metadata = json.dumps(origin | about)
    if len(metadata) > METADATA_MOST:
        return modal(title, [section("The name of this cluster is too long for a form: use readiness.yaml.")])
    return submittable(title, fields, callback_id=callback_id, submit=submit, metadata=metadata)
