"""What a reading turned, told in the channels whose schedules ask for it: posted once, then edited."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec import structs

from checks.model import Report
from checks.turning import Rules, Turn, shown, step
from checks.turns import Alert, State
from handlers.alerts import refusals
from handlers.alerts.refusals import PASSING
from handlers.conversation.topic import Topic
from handlers.delivery.errors import SlackRefused, TakenOver
from handlers.desk import Desk
from handlers.intents import Verb
from handlers.ports import Cluster
from handlers.render import alert as render
from handlers.request import Asker
from handlers.schedules.model import Mode, Schedule
from handlers.schedules.ports import StillOurs
from handlers.schedules.selecting import selected

log = logging.getLogger(__name__)


async def look(desk: Desk, cluster: str, run_id: str, still: StillOurs) -> None:
    """Tell what a run turned, or what an earlier one did and was not told; without an id the latest run.

    Only one may do so for a cluster at a time: `still` is asked whether that is we. Raises `ReadinessError`
    where it should be tried again; what was told by then is not told twice.
    """
    known = next((it for it in await desk.access.everyone() if it.name == cluster), None)
    report = await (desk.reports.report(cluster, run_id) if run_id else desk.reports.latest(cluster))
    if known is None or report is None:
        log.info("nobody is told of run %s of %s: it is not there", run_id, cluster)
        return
    schedules = await desk.schedules.all()
    failed: SlackRefused | None = None
    for channel, wanting in (await _channels(desk, schedules, known)).items():
        here = [schedule for schedule in schedules if schedule.channel == channel]
        try:
            watch = _Watch(desk, known.name, channel, report, still, wanting)
            await watch.look(await _told(desk, here, cluster))
        except SlackRefused as refused:
            log.warning("what turned on %s is not told in %s: %s", cluster, channel, refused)
            failed = refused if refused.kind in PASSING else failed
    if failed:
        raise failed


async def _channels(
    desk: Desk, schedules: Sequence[Schedule], cluster: Cluster
) -> Mapping[str, Sequence[Schedule]]:
    """Return the channels in which alerts of a cluster are wanted, with the schedules that want them."""
    wanting: defaultdict[str, list[Schedule]] = defaultdict(list)
    for schedule in schedules:
        if await _wants(desk, schedule, cluster):
            wanting[schedule.channel].append(schedule)
    return wanting


async def _wants(desk: Desk, schedule: Schedule, cluster: Cluster) -> bool:
    """Whether a schedule asks for them, and whoever made it in Slack still may see and schedule that."""
    alerts = schedule.alerts or schedule.mode is Mode.ALERTS
    if schedule.paused or not alerts or not selected(schedule.selection, [cluster]):
        return False
    if schedule.configured:
        return True
    maker = Asker(schedule.user, schedule.channel, schedule.by)
    seen = await desk.access.may(maker, Verb.VIEW, cluster.name)
    return seen and await desk.access.may(maker, Verb.SCHEDULE, cluster.name)


async def _told(desk: Desk, schedules: Sequence[Schedule], cluster: str) -> Report | None:
    """Return the latest report that a digest told of; null for none, or one that is no longer kept."""
    found: list[Report] = []
    for schedule in schedules:
        fired = await desk.schedules.last(schedule.id)
        run_id = fired.runs.get(cluster) if fired else None
        report = await desk.reports.report(cluster, run_id) if run_id else None
        found += [report] if report else []
    return max(found, key=lambda report: report.taken_at, default=None)


@dataclass(frozen=True)
class _Watch:
    """What is told of a cluster in one channel, as of a report."""

    desk: Desk
    cluster: str
    channel: str
    report: Report
    still: StillOurs
    wanting: Sequence[Schedule]

    async def look(self, told: Report | None) -> None:
        """Take the report into account, and say what there is to say; `told` is of the last digest."""
        before = await self._loaded()
        rules = Rules(self.desk.alerting.readings, self.desk.alerting.severity)
        state, turns = step(before and await self._adopted(before), self.report, rules, told)
        posts = [turn for turn in turns if not turn.alert.ts]
        edits = [turn for turn in turns if turn.alert.ts]
        now = self.desk.now()
        if refusals.closed(state, now):
            posts, edits = [], []
        opens = self.desk.hours.opens(self.channel, now)
        if posts and opens > now:
            await self.desk.watches.again(self.cluster, opens)
            posts = []
        if state != before:
            # What is to be posted is kept first: whoever is killed meanwhile is followed under the same key.
            await self._keep(state)
        try:
            for turn in (*posts, *edits):
                state = shown(structs.replace(state, refused=None), turn.alert, await self._say(turn))
                await self._keep(state)
        except SlackRefused as why:
            if why.kind not in PASSING:
                await self._refused(state, why)
            raise

    async def _refused(self, state: State, why: SlackRefused) -> None:
        """Remember that the channel takes nothing, once whoever wants it there was told."""
        await self._ours()
        if state.refused is None:
            await refusals.tell_makers(self.desk, self.cluster, self.wanting, why)
        await self._keep(refusals.refused(state, self.desk.now()))

    async def _loaded(self) -> State | None:
        """Return what is known so far; null for nothing, or what another version kept."""
        content = await self.desk.watches.load(self.cluster, self.channel)
        state = State.decode(content) if content else None
        if content and state is None:
            log.warning(
                "what is known of %s in %s is not readable: it begins anew", self.cluster, self.channel
            )
        return state

    async def _adopted(self, state: State) -> State:
        """Return the state with the messages that were posted by somebody who could not keep that."""
        for alert in [alert for seen in state.checks.values() for alert in seen.alerts if not alert.ts]:
            posted = await self.desk.memory.posted(self._key(alert))
            if posted and posted.ts:
                state = shown(state, alert, posted.ts)
        return state

    async def _say(self, turn: Turn) -> str:
        """Post or edit a message; return its ts."""
        alert, courier = turn.alert, self.desk.courier
        if alert.ts:
            await self._ours()
            message = render.edited(self.report, turn.result, alert)
            await courier.at(self.channel, alert.ts).edit(message)
            return alert.ts
        message = render.posted(self.report, turn.result, alert, self.desk.alerting.mentions)
        outlet = await courier.post(self.channel, self._key(alert), message, before=self.still)
        await self.desk.turn_to(Topic(self.cluster, self.report.run_id, alert.check), outlet)
        return outlet.thread.thread_ts if outlet.thread else ""

    async def _keep(self, state: State) -> None:
        await self._ours()
        await self.desk.watches.keep(self.cluster, self.channel, state.encode())

    async def _ours(self) -> None:
        if not await self.still():
            raise TakenOver

    def _key(self, alert: Alert) -> str:
        return f"alert:{self.cluster}:{alert.check}:{alert.run_id}:{self.channel}"
