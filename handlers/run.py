"""`/readiness cluster-a`: one root message a run, edited as the run goes; the details in its thread."""

import logging
from dataclasses import dataclass

from msgspec import structs

from checks.errors import ReadinessError, StoreError, UsageError
from checks.model import Report
from handlers import show
from handlers.delivery.outlets import Outlet
from handlers.desk import Desk
from handlers.intents import Filters, Run, Verb
from handlers.ports import Posted, Progress, State
from handlers.render import changes, checklist, glance, remediation, root, trouble
from handlers.request import Request

log = logging.getLogger(__name__)

STEP = 0.25
"""Seconds between two looks at a run."""

PATIENCE = 900.0
"""Seconds without a sign of life from a worker after which a run is given up here."""


@dataclass(frozen=True)
class _Place:
    """Where one run is told: `key` is the same for all who ask there."""

    run_id: str
    key: str


async def answer(desk: Desk, request: Request, intent: Run) -> str:
    """Make a run, or join the one under way, and tell it from the first moment to the last."""
    request = structs.replace(request, asker=structs.replace(request.asker, thread_ts=request.asker.home_ts))
    if not await desk.access.may(request.asker, Verb.RUN, intent.cluster):
        await show.instead_of_a_run(desk, request, intent)
        return "the stored report was shown: no right to run"
    try:
        run_id = await desk.runs.start(intent.cluster, request.asker.user, request.id)
    except StoreError as error:
        await _alone(desk, request, intent, error)
        return "without the store"
    asker = request.asker
    place = _Place(run_id, f"root:{run_id}:{asker.channel}:{asker.thread_ts}")
    if not await desk.memory.claim(place.key, request.id):
        told = await _join(desk, request, intent, place)
        if told:
            return f"joined {run_id}"
        place = _Place(run_id, f"{place.key}:{asker.user}")
    await _tell(desk, request, intent, place)
    return run_id


async def _tell(desk: Desk, request: Request, intent: Run, place: _Place) -> None:
    """Post the root message and keep it true until the run ends."""
    last = await _last(desk, intent.cluster)
    progress = await desk.runs.progress(place.run_id)
    first = root.waiting(intent.cluster, progress, last, desk.now())
    outlet = await desk.courier.open(request.asker, place.key, first)
    if not outlet.public:
        told_alone = Posted(channel=request.asker.channel, since=desk.now())
        await desk.memory.remember(f"{place.key}:private", told_alone)
    ended = await _follow(desk, outlet, place.run_id, progress, last)
    askers = ended.askers if ended else (request.asker.user,)
    report = await desk.reports.report(intent.cluster, place.run_id)
    if report is None:
        error = ended.error if ended and ended.error else "the run was lost"
        hint = ended.hint if ended else "ask again; the log of the worker says more"
        await outlet.edit(root.failed(intent.cluster, error, hint, last, askers, desk.now()))
        return
    await outlet.edit(root.final(report, intent.filters, askers, desk.now()))
    await details(desk, outlet, report, intent.filters, place.key)


async def _follow(
    desk: Desk, outlet: Outlet, run_id: str, shown: Progress | None, last: Report | None
) -> Progress | None:
    """Edit the root message until the run has ended; null where nobody knows of it any more."""
    while True:
        progress = await desk.runs.progress(run_id)
        if progress is None or progress.finished:
            return progress
        if (desk.now() - progress.beat).total_seconds() > PATIENCE:
            waited = f"no worker has been heard of for {PATIENCE / 60:.0f} min"
            return structs.replace(progress, state=State.FAILED, error=waited, hint="is a worker up?")
        if progress != shown:
            shown = progress
            message = root.waiting(progress.cluster, progress, last, desk.now())
            await outlet.edit(message, now_or_never=True)
        await desk.sleep(STEP)


async def _join(desk: Desk, request: Request, intent: Run, place: _Place) -> bool:
    """Point to the root message of those who asked first; false where it is not for everyone to see."""
    for _ in range(int(PATIENCE / STEP)):
        posted = await desk.memory.posted(place.key)
        if posted and posted.ts:
            link = await desk.courier.at(posted.channel, posted.ts).permalink()
            await desk.courier.tell(request.asker, trouble.joined(intent.cluster, link))
            return True
        if await desk.memory.posted(f"{place.key}:private"):
            return False
        await desk.sleep(STEP)
    raise UsageError(f"{intent.cluster} is being read, but its answer does not come", "ask again")


async def _last(desk: Desk, cluster: str) -> Report | None:
    try:
        return await desk.reports.latest(cluster)
    except ReadinessError as error:
        log.warning("no earlier report of %s: %s", cluster, error)
        return None


async def details(desk: Desk, outlet: Outlet, report: Report, filters: Filters, key: str) -> None:
    """Put everything else into the thread: what changed, a checklist a family, how to mend it."""
    now = desk.now()
    if report.delta and glance.differs(report.delta):
        await outlet.reply(f"{key}:changes", changes.changes(report, report.delta, 1, now))
    for number, message in enumerate(checklist.checklists(report, filters, now)):
        await outlet.reply(f"{key}:checklist:{number}", message)
    if any(result.open_findings for result in report.results):
        await outlet.reply(f"{key}:fix", remediation.remediation(report, "", 1, now))


async def _alone(desk: Desk, request: Request, intent: Run, lost: StoreError) -> None:
    """Run without the store: an answer without history is better than none."""
    log.warning("a run without the store: %s", lost)
    key = f"alone:{request.id}"
    waiting = root.waiting(intent.cluster, None, None, desk.now())
    outlet = await desk.courier.open(request.asker, key, waiting)
    askers = (request.asker.user,)
    try:
        report = await desk.runs.alone(intent.cluster)
    except ReadinessError as error:
        await outlet.edit(root.failed(intent.cluster, str(error), error.hint, None, askers, desk.now()))
        return
    await outlet.edit(root.final(report, intent.filters, askers, desk.now()))
    await details(desk, outlet, report, intent.filters, key)
