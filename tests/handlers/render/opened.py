"""Forms as people open and submit them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import structs

from checks.model import Report
from deploy.sandbox.slack.acting.state import initial_values
from handlers.intents import Attest, Save, Waive
from handlers.render import forms
from handlers.render.message import Form
from tests.bot.output.sample import NOW, SAMPLE, large
from tests.handlers.render.accepted import ASKER

UNTIL = NOW + timedelta(days=14)
ENDS = datetime(2026, 11, 16, tzinfo=UTC)
"""The end of UNTIL's day."""
KNOWN = {
    "sample-nodes": "node-health",
    "sample-alerts": "alerting",
    "sample-logs": "pod-logs",
    "sample-secrets": "secret-manager",
    "sample-roles": "cluster-admins",
    "sample-probes": "readiness-probes",
    "sample-budgets": "disruption-budgets",
    "sample-labels": "managed-workloads",
}


def known(report: Report) -> Report:
    """Give the results of a sample the ids of checks that there are."""
    results = (structs.replace(it, id=KNOWN[it.id]) for it in report.results if it.id in KNOWN)
    return structs.replace(report, results=tuple(results))


REPORT = known(SAMPLE)
HUGE = known(large())
PRINTS = {it.id: [finding.fingerprint for finding in it.findings] for it in REPORT.results}


def waiver(report: Report = REPORT, check: str = "", fingerprint: str = "") -> Form:
    return forms.waiver(report, Waive(report.cluster, check, fingerprint), ASKER, NOW, until=UNTIL)


def attestation(report: Report = REPORT, check: str = "") -> Form:
    return forms.attestation(report, Attest(report.cluster, check), ASKER, NOW, until=UNTIL)


def submitted(form: Form, **values: dict[str, Any]) -> Save:
    """Submit a form as it was opened, but for some values."""
    state = initial_values(form.view["blocks"])
    for name, value in values.items():
        state[name] = {name: value}
    return forms.read({**form.view, "state": {"values": state}})
