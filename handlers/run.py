"""`/readiness cluster-a`: one root message a run and place, edited as it goes; the details in its thread."""

import logging
from dataclasses import dataclass
from functools import partial

from msgspec import structs

from checks.errors import ReadinessError, StoreError, UsageError
from checks.model import Report
from handlers import show
from handlers.conversation.topic import Topic
from handlers.delivery.errors import Kind, SlackRefused
from handlers.delivery.outlets import Outlet
from handlers.desk import Desk
from handlers.following import LONGEST, STEP, follow, patiently
from handlers.intents import Filters, Run, Verb
from handlers.ports import Posted, Progress
from handlers.refusal import Told
from handlers.render import changes, checklist, glance, remediation, root, trouble
from handlers.render.filtered import filtered
from handlers.render.message import Message
from handlers.request import Request

log = logging.getLogger(__name__)

SOON = 3
"""Steps after which those who join are told so, although the root message is not there yet."""


@dataclass(frozen=True)
class _Place:
    """Where one run is told: `key` is the same for all who ask there, `askers` are those so far."""

    run_id: str
    key: str
    askers: tuple[str, ...]


async def answer(desk: Desk, request: Request, intent: Run, *, brief: bool = False) -> str:
    """Make a run, or join the one under way, and tell it from the first moment to the last.

    `brief` leaves out what else goes into its thread: what was asked is something else. Raises `Told` where
    the root message says that the run failed.
    """
    request = structs.replace(request, asker=structs.replace(request.asker, thread_ts=request.asker.home_ts))
    if not await desk.access.may(request.asker, Verb.RUN, intent.cluster):
        await show.instead_of_a_run(desk, request, intent)
        return "the stored report was shown: no right to run"
    try:
        run_id = await desk.runs.start(intent.cluster, request.asker.user, request.id)
        place = await _place(desk, request, run_id)
        ours = await desk.memory.claim(place.key, request.id)
    except StoreError as error:
        await _alone(desk, request, intent, error)
        return "without the store"
    to_tell = place if ours else await _join(desk, request, intent, place)
    if to_tell is None:
        return f"joined {run_id}"
    await _tell(desk, request, intent, to_tell, brief=brief)
    return run_id


async def _place(desk: Desk, request: Request, run_id: str) -> _Place:
    key = f"root:{run_id}:{request.asker.channel}:{request.asker.thread_ts}"
    return _Place(run_id, key, await desk.memory.gather(f"{key}:askers", request.asker.user))


async def _tell(desk: Desk, request: Request, intent: Run, place: _Place, *, brief: bool) -> None:
    """Post the root message and keep it true until the run ends, however it does."""
    cluster, last = intent.cluster, await _last(desk, intent.cluster)
    drawn = partial(_waiting, desk, intent, place, last)
    first = drawn(await _progress(desk, place))
    outlet = await _open(desk, request, place, first)
    if not request.asker.thread_ts:
        await desk.turn_to(Topic(cluster), outlet)
    try:
        ended = await follow(desk, outlet, place.run_id, first, drawn)
        report = await patiently(desk, lambda: desk.reports.report(cluster, place.run_id))
        askers = await patiently(desk, lambda: desk.memory.gather(f"{place.key}:askers", request.asker.user))
        if report is None:
            raise _failure(ended)
        await outlet.edit(root.final(report, intent.filters, askers, desk.now()))
        await _speak_of(desk, request, outlet, report)
        if not brief:
            await details(desk, outlet, report, intent.filters, place.key)
    except SlackRefused:
        raise
    except ReadinessError as error:
        message = root.failed(
            cluster, trouble.sentence(error), trouble.hint(error), last, place.askers, desk.now()
        )
        await outlet.edit(message)
        raise Told(str(error)) from error


async def _speak_of(desk: Desk, request: Request, outlet: Outlet, report: Report) -> None:
    """Let the thread be about the new run from now on, and still about the check that was spoken of."""
    before = await desk.topic(request.asker)
    kept = before if before.cluster == report.cluster else Topic(report.cluster)
    await desk.turn_to(structs.replace(kept, run_id=report.run_id), outlet)


async def _progress(desk: Desk, place: _Place) -> Progress | None:
    """Return how far the run is, where that can be had at once: the first message does not wait for it."""
    try:
        return await desk.runs.progress(place.run_id)
    except StoreError:
        return None


async def _open(desk: Desk, request: Request, place: _Place, first: Message) -> Outlet:
    """Post the root message; whoever joins is told where that is not for everyone to see."""
    try:
        outlet = await desk.courier.open(request.asker, place.key, first)
    except ReadinessError as error:
        if isinstance(error, SlackRefused) and error.kind is Kind.PLACE:
            await _alone_here(desk, request, place)
        else:
            await desk.memory.release(place.key, request.id)
        raise
    if not outlet.public:
        await _alone_here(desk, request, place)
    return outlet


def _waiting(
    desk: Desk, intent: Run, place: _Place, last: Report | None, progress: Progress | None
) -> Message:
    here = progress and structs.replace(progress, askers=place.askers)
    return root.waiting(intent.cluster, here, last, desk.now())


def _failure(ended: Progress | None) -> ReadinessError:
    if ended and ended.error:
        return ReadinessError(ended.error, ended.hint)
    return ReadinessError("the run was lost", "ask again; the log of the worker says more")


async def _join(desk: Desk, request: Request, intent: Run, place: _Place) -> _Place | None:
    """Point to the root message of those who asked first; or return where it falls to this one to tell."""
    joined = partial(trouble.joined, intent.cluster, filters=intent.filters, run_id=place.run_id)
    for step in range(int(LONGEST / STEP)):
        posted = await patiently(desk, lambda: desk.memory.posted(place.key))
        if posted and posted.ts:
            if step <= SOON:
                link = await desk.courier.at(posted.channel, posted.ts).permalink()
                await desk.courier.tell(request.asker, joined(link))
            return None
        if await patiently(desk, lambda: desk.memory.posted(f"{place.key}:private")):
            return _Place(place.run_id, f"{place.key}:{request.asker.user}", (request.asker.user,))
        # Whoever was first may have had to give up.
        if await patiently(desk, lambda: desk.memory.claim(place.key, request.id)):
            return place
        if step == SOON:
            await desk.courier.tell(request.asker, joined(""))
        await desk.sleep(STEP)
    raise UsageError(f"{intent.cluster} is being read, but its answer does not come", "ask again")


async def _alone_here(desk: Desk, request: Request, place: _Place) -> None:
    """Let those who join know that they have to be told themselves."""
    posted = Posted(request.asker.channel, desk.now())
    await patiently(desk, lambda: desk.memory.remember(f"{place.key}:private", posted))


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
    kept = filtered(report, filters)
    if any(result.open_findings for result in kept.results):
        fixes = remediation.remediation(kept, "", 1, now, filtered=filters != Filters())
        await outlet.reply(f"{key}:fix", fixes)


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
        said, hint = trouble.sentence(error), trouble.hint(error)
        await outlet.edit(root.failed(intent.cluster, said, hint, None, askers, desk.now()))
        raise Told(str(error)) from error
    await outlet.edit(root.final(report, intent.filters, askers, desk.now()))
    await details(desk, outlet, report, intent.filters, key)
