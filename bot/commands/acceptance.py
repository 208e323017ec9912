"""`readiness waivers` and `readiness audit`: what people accepted, and what they did."""

import asyncio
from datetime import datetime

from bot.acceptances import Acceptances, held
from bot.audit import AuditLog
from bot.clusters import resolve
from bot.commands import setting
from bot.commands.options import Where
from bot.output import as_json
from bot.output.text.page import printed
from bot.output.text.records import AcceptanceRow, EntryRow, render_acceptances, render_audit
from bot.settings import Settings
from checks.errors import UsageError
from handlers.ports import Acceptance, Entry


def waivers(name: str | None, where: Where, output: str) -> None:
    """Print what is waived and attested, of one cluster or all; the first to end comes first."""
    now = setting.now()
    rows = [_row(item, now) for item in asyncio.run(_accepted(name, where))]
    if output == "json":
        setting.write(as_json.dumps(rows))
    else:
        setting.write(printed(render_acceptances(rows), setting.console()))


def audit(name: str | None, where: Where, limit: int, output: str) -> None:
    """Print the newest lines of the audit log, of one cluster or all."""
    entries = asyncio.run(_entries(name, where, limit))
    if output == "json":
        setting.write(as_json.dumps([EntryRow.of(entry) for entry in entries]))
    else:
        setting.write(printed(render_audit(entries, setting.now()), setting.console()))


async def _accepted(name: str | None, where: Where) -> list[Acceptance]:
    settings = setting.settings(where)
    cluster = _cluster(name, settings, where)
    async with setting.store_or_none(settings) as (store, notes):
        setting.warn(notes)
        if store is None:
            return held(settings, cluster, setting.now())
        return await Acceptances(settings, store.connection).all(cluster)


async def _entries(name: str | None, where: Where, limit: int) -> list[Entry]:
    settings = setting.settings(where)
    cluster = _cluster(name, settings, where)
    async with setting.store_or_none(settings) as (store, notes):
        if store is None:
            raise UsageError("; ".join(notes))
        return await AuditLog(store.connection).entries(cluster, limit=limit)


def _cluster(name: str | None, settings: Settings, where: Where) -> str:
    """Return the name of the cluster that is meant; empty for all."""
    if not (name or where.context):
        return ""
    return resolve(name, settings, where.kubeconfig, where.context).name


def _row(item: Acceptance, now: datetime) -> AcceptanceRow:
    return AcceptanceRow(
        cluster=item.cluster,
        kind="attestation" if item.attestation else "waiver",
        check=item.check,
        fingerprint=item.fingerprint,
        subject=item.subject,
        namespace=item.namespace,
        name=item.name,
        by=item.by,
        reason=item.reason,
        until=item.until,
        days_left=(item.until - now).days,
        source="Slack" if item.id else "readiness.yaml",
        link=item.link,
        id=item.id,
    )
