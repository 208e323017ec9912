"""Waivers and attestations: their forms, what is submitted, what is listed, edited and withdrawn."""

from datetime import timedelta

from checks.errors import UsageError
from checks.model import Report
from checks.words import last_day
from handlers.desk import Desk
from handlers.intents import Attest, Edit, Filters, Save, Verb, Waive, Waivers, Withdraw
from handlers.ports import Acceptance
from handlers.render import acceptances, forms, root
from handlers.request import Request

USUAL = timedelta(days=14)
"""How long an acceptance holds unless somebody chooses otherwise."""


async def waive(desk: Desk, request: Request, intent: Waive) -> str:
    """Open the form of a waiver."""
    report = await desk.stored(intent.cluster, intent.run_id)
    form = forms.waiver(report, intent, request.asker, desk.now(), until=desk.now() + USUAL)
    await desk.courier.form(request.asker, form)
    return "form opened"


async def attest(desk: Desk, request: Request, intent: Attest) -> str:
    """Open the form of an attestation."""
    report = await desk.stored(intent.cluster)
    form = forms.attestation(report, intent, request.asker, desk.now(), until=desk.now() + USUAL)
    await desk.courier.form(request.asker, form)
    return "form opened"


async def edit(desk: Desk, request: Request, intent: Edit) -> str:
    """Open the form of what was accepted in Slack, filled in."""
    found = await _found(desk, intent.id)
    await desk.courier.form(request.asker, forms.change(found, request.asker, desk.now()))
    return "form opened"


async def save(desk: Desk, request: Request, intent: Save) -> str:
    """Keep what a form says, and tell it where the form came from."""
    problems = forms.problems(intent, desk.now())
    if problems:
        raise UsageError("; ".join(problems.values()), "open the form again")
    if intent.id:
        await _found(desk, intent.id)
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
            subject=_subject(report, intent.fingerprint),
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
    gone = await desk.acceptances.withdraw(intent.id)
    if gone is None:
        raise _nothing(intent.id)
    await desk.show(request, acceptances.withdrawn(gone, request.asker, desk.now()))
    return f"{gone.cluster}: {gone.check} {gone.subject}".strip()


async def waivers(desk: Desk, request: Request, intent: Waivers) -> str:
    """List what is accepted of the clusters that the asker may see."""
    visible = [cluster.name for cluster in await desk.access.visible(request.asker)]
    names = [intent.cluster] if intent.cluster else visible
    held = {name: await desk.acceptances.all(name) for name in names}
    rights = [(name, verb) for name in names for verb in (Verb.WAIVE, Verb.ATTEST)]
    may = {right for right in rights if await desk.access.may(request.asker, right[1], right[0])}
    await desk.courier.tell(request.asker, acceptances.listing(held, may, desk.now()))
    return ""


async def announce(desk: Desk, acceptance_id: str) -> None:
    """Say where it was made that a waiver or an attestation has ended; nothing where it was changed."""
    found = await desk.acceptances.find(acceptance_id)
    if found is None or found.until > desk.now() or not found.channel:
        return
    key = f"ended:{found.id}:{found.until:%Y%m%dT%H%M%S}"
    await desk.courier.announce(found.channel, found.thread_ts, key, acceptances.ended(found))


async def _renew(desk: Desk, request: Request, cluster: str) -> None:
    """Bring the root message that the form was opened from up to date, where there is one of this report."""
    asker = request.asker
    report = await desk.reports.latest(cluster)
    if not asker.thread_ts or report is None:
        return
    key = f"root:{report.run_id}:{asker.channel}:"
    posted = await desk.memory.posted(key)
    if posted is None or posted.ts != asker.thread_ts:
        return
    progress = await desk.runs.progress(report.run_id)
    askers = progress.askers if progress else ()
    outlet = desk.courier.at(posted.channel, posted.ts)
    await outlet.edit(root.final(report, Filters(), askers, desk.now()))


async def _found(desk: Desk, acceptance_id: str) -> Acceptance:
    found = await desk.acceptances.find(acceptance_id)
    if found is None:
        raise _nothing(acceptance_id)
    return found


def _nothing(acceptance_id: str) -> UsageError:
    return UsageError(
        f"there is no waiver or attestation {acceptance_id}", "`/readiness waivers` lists what there is"
    )


def _subject(report: Report | None, fingerprint: str) -> str:
    """Return the object of a finding, for people."""
    results = report.results if report and fingerprint else ()
    findings = (finding for result in results for finding in result.findings)
    return next((str(finding.ref) for finding in findings if finding.fingerprint == fingerprint), "")
