"""Waivers and attestations: their forms, what is submitted, what is listed, edited and withdrawn."""

import logging
from datetime import timedelta

from checks.errors import ReadinessError, UsageError
from checks.model import Report
from checks.presentation.prose import named
from checks.words import last_day
from handlers.authority import no_acceptance
from handlers.desk import Desk
from handlers.intents import Attest, Edit, Filters, Save, Waive, Waivers, Withdraw
from handlers.ports import Acceptance
from handlers.render import acceptances, forms, root, trouble
from handlers.request import Asker, Request

USUAL = timedelta(days=14)
"""How long an acceptance holds unless somebody chooses otherwise."""

log = logging.getLogger(__name__)


async def waive(desk: Desk, request: Request, intent: Waive) -> str:
    """Open the form of a waiver."""
    report = await desk.stored(intent.cluster, intent.run_id)
    form = forms.waiver(report, intent, request.asker, desk.now(), until=desk.now() + USUAL)
    return await desk.form(request, form, trouble.unopened(intent))


async def attest(desk: Desk, request: Request, intent: Attest) -> str:
    """Open the form of an attestation."""
    report = await desk.stored(intent.cluster)
    form = forms.attestation(report, intent, request.asker, desk.now(), until=desk.now() + USUAL)
    return await desk.form(request, form, trouble.unopened(intent))


async def edit(desk: Desk, request: Request, intent: Edit) -> str:
    """Open the form of what was accepted in Slack, filled in."""
    found = await _found(desk, intent.id)
    return await desk.form(request, forms.change(found, request.asker, desk.now()), trouble.unopened(intent))


async def save(desk: Desk, request: Request, intent: Save) -> str:
    """Keep what a form says, and tell it where the form came from."""
    problems = forms.problems(intent, desk.now())
    if problems:
        raise UsageError("; ".join(problems.values()), "open the form again")
    before = None
    if intent.id:
        before = await _found(desk, intent.id)
        if (before.cluster, before.attestation) != (intent.cluster, intent.attestation):
            raise no_acceptance(intent.id)  # only what the form is about was authorised
    report = await desk.reports.latest(intent.cluster)
    asker = request.asker
    saved = await desk.acceptances.save(
        Acceptance(
            id=intent.id,
            cluster=intent.cluster,
            by=asker.name or asker.user,
            user=asker.user,
            reason=intent.reason,
            until=intent.until,
            attestation=intent.attestation,
            check=intent.check,
            fingerprint=intent.fingerprint,
            subject=_subject(report, intent.fingerprint, before),
            namespace=intent.namespace,
            name=intent.name,
            link=intent.link,
            channel=asker.channel,
            thread_ts=asker.thread_ts,
            made=desk.now(),
        )
    )
    await desk.show(request, acceptances.saved(saved, desk.now(), changed=bool(intent.id)))
    await _renew(desk, request, intent.cluster)
    return f"{saved.id} until {last_day(saved.until)}: {saved.reason}"


async def withdraw(desk: Desk, request: Request, intent: Withdraw) -> str:
    """End a waiver or an attestation."""
    gone = await desk.acceptances.withdraw(intent.id, request.id)
    if gone is None:
        raise no_acceptance(intent.id)
    await desk.show(request, acceptances.withdrawn(gone, request.asker, desk.now()))
    await _renew(desk, request, gone.cluster)
    return f"{gone.cluster}: {gone.check} {gone.subject}".strip()


async def waivers(desk: Desk, request: Request, intent: Waivers) -> str:
    """List what is accepted of the clusters that the asker may see."""
    visible = [cluster.name for cluster in await desk.access.visible(request.asker)]
    names = [intent.cluster] if intent.cluster else visible
    every = await desk.acceptances.all()
    held = {name: [acceptance for acceptance in every if acceptance.is_about(name)] for name in names}
    rights = {
        (name, acceptance.verb) for name, found in held.items() for acceptance in found if acceptance.id
    }
    may = {right for right in rights if await desk.access.may(request.asker, right[1], right[0])}
    await desk.tell(request, acceptances.listing(held, may, intent, desk.now()))
    return ""


async def announce(desk: Desk, acceptance_id: str) -> None:
    """Say where it was made that a waiver or an attestation has ended; nothing where it was changed.

    Raises `ReadinessError` where that should be tried again later.
    """
    found = await desk.acceptances.find(acceptance_id)
    if found is None or found.until > desk.now() or not found.channel:
        return
    key = f"ended:{found.id}:{found.until:%Y%m%dT%H%M%S}"
    await desk.courier.announce(found.channel, found.thread_ts, key, acceptances.ended(found))


async def _renew(desk: Desk, request: Request, cluster: str) -> None:
    """Bring the root message that this began with up to date; what was asked is done even without that."""
    try:
        await _redraw(desk, request.asker, cluster)
    except ReadinessError as error:
        log.warning("a root message of %s is not up to date: %s", cluster, error)


async def _redraw(desk: Desk, asker: Asker, cluster: str) -> None:
    """Edit the root message in whose thread somebody asks, where it is of the latest report."""
    report = await desk.reports.latest(cluster)
    if not asker.thread_ts or report is None:
        return
    key = f"root:{report.run_id}:{asker.channel}:"
    posted = await desk.memory.posted(key)
    if posted is None or posted.ts != asker.thread_ts:
        return
    askers = await desk.memory.gather(f"{key}:askers", "")
    outlet = desk.courier.at(posted.channel, posted.ts)
    await outlet.edit(root.final(report, Filters(), askers, desk.now()))


async def _found(desk: Desk, acceptance_id: str) -> Acceptance:
    found = await desk.acceptances.find(acceptance_id)
    if found is None:
        raise no_acceptance(acceptance_id)
    return found


def _subject(report: Report | None, fingerprint: str, before: Acceptance | None) -> str:
    """Return the object of a finding, for people: as it was called `before`, where it is no longer found."""
    known = before.subject if before and before.fingerprint == fingerprint else ""
    results = report.results if report and fingerprint else ()
    findings = (finding for result in results for finding in result.findings)
    return next((named(finding.ref) for finding in findings if finding.fingerprint == fingerprint), known)
