"""What could not be read of a cluster, what that costs, and how the role is granted."""

from collections.abc import Iterator
from datetime import datetime

from checks.model import Report, Unread
from handlers.intents import Run
from handlers.render.budget import Row, fit
from handlers.render.elements import actions, context, preformatted, section
from handlers.render.message import Message
from handlers.render.offers import offer
from handlers.render.parts import check_name, cluster_name, enumerated, more, reading
from handlers.render.text import code, cut, escape, shorten, weight

FILE = "clusterrole.yaml"
"""The file that comes with the message."""
GRANT = f"""\
kubectl apply -f {FILE}
kubectl create clusterrolebinding readiness --clusterrole readiness --serviceaccount NAMESPACE:NAME"""
READS_SHOWN = 4
"""Reads of one section."""
CHECKS_SHOWN = 6
LINE_BYTES = 800
RESOURCE_MOST = 120
REASON_MOST = 160


def role(cluster: str, report: Report | None, now: datetime) -> Message:
    """Return what the last run could not read with the checks that this costs, and how to grant it."""
    name = cluster_name(cluster)
    lacks = list(_lacks(report)) if report else []
    chunks = [lacks[start : start + READS_SHOWN] for start in range(0, len(lacks), READS_SHOWN)]

    def left_out(number: int) -> Row:
        return [section(more(sum(map(len, chunks[-number:])), "read").capitalize())]

    if report is None:
        told = "Never checked: what may not be read shows after a run."
    elif not lacks:
        told = f"Everything that the checks need could be read, {reading(report, now)}."
    else:
        told = f"Not everything could be read, {reading(report, now)}:"
    head = [section(f"*Role*  {name}\n{told}")]
    tail = [
        section("The least role that the checks need comes as a file. Bind it to whoever runs them:"),
        preformatted(GRANT),
        *(
            [context("The role mends what is forbidden; other reasons lie with the cluster.")]
            if lacks
            else []
        ),
        actions(offer("Check now" if report is None else "Run again", Run(cluster))),
    ]
    return fit(f"{name}: {told}", head, [[section("\n".join(chunk))] for chunk in chunks], tail, left_out)[0]


def _lacks(report: Report) -> Iterator[str]:
    """Yield each read that the cluster did not answer, and the checks that it costs."""
    costs: dict[Unread, list[str]] = {unread: [] for unread in report.unread}
    for result in report.results:
        for unread in result.unread:
            costs.setdefault(unread, []).append(result.id)
    for unread, checks in sorted(costs.items()):
        yield cut(_lack(unread, checks), LINE_BYTES, weight)


def _lack(unread: Unread, checks: list[str]) -> str:
    group = f".{unread.group}" if unread.group else ""
    read = code(shorten(f"{unread.verb} {unread.resource}{group}", RESOURCE_MOST))
    shown = [check_name(check_id) for check_id in checks[:CHECKS_SHOWN]]
    others = [f"{len(checks) - CHECKS_SHOWN} more"] if len(checks) > CHECKS_SHOWN else []
    cost = enumerated([*shown, *others]) or "the platform, and with it what applies"
    return f"• {read}: {escape(shorten(unread.reason, REASON_MOST))}; costs {cost}"
