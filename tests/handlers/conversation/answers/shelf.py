"""Reports that are remembered, without a store; and what is answered from them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import structs

from checks.model import Report, Status
from checks.summary import Summary
from handlers.conversation.answering import reply
from handlers.conversation.reply import Reply
from handlers.intents import Meant, Question
from tests.bot.output.sample import NOW, SAMPLE


class Shelf:
    """`handlers.ports.Reports`: what it is given, in any order."""

    def __init__(self, *reports: Report) -> None:
        self.reports = sorted(reports, key=lambda report: report.taken_at, reverse=True)

    def of(self, cluster: str) -> Sequence[Report]:
        return [report for report in self.reports if report.cluster == cluster]

    async def latest(self, cluster: str) -> Report | None:
        return next(iter(self.of(cluster)), None)

    async def report(self, cluster: str, run_id: str) -> Report | None:
        return next((it for it in self.of(cluster) if it.run_id.startswith(run_id)), None)

    async def before(self, cluster: str, moment: datetime) -> Report | None:
        return next((it for it in self.of(cluster) if it.taken_at <= moment), None)

    async def oldest(self, cluster: str) -> Report | None:
        return next(reversed(self.of(cluster)), None)

    async def history(
        self, cluster: str, *, since: datetime | None = None, limit: int | None = None
    ) -> list[Summary]:
        found = [Summary.of(it) for it in self.of(cluster) if since is None or it.taken_at >= since]
        return found[:limit]


def aged(days: float, report: Report = SAMPLE) -> Report:
    """Return a report as if it had been taken so many days earlier, as a run of its own."""
    taken = report.taken_at - timedelta(days=days)
    return structs.replace(report, taken_at=taken, run_id=f"r-{days:g}-days")


def without(report: Report, check: str) -> Report:
    """Return a report in which a check passes."""
    return structs.replace(
        report,
        results=tuple(
            structs.replace(it, status=Status.PASS, findings=(), waived=False, incomplete=False)
            if it.id == check
            else it
            for it in report.results
        ),
    )


async def answered(question: Question, *reports: Report, doubts: Sequence[Meant] = ()) -> Reply:
    """Answer a question from these reports; without any, from the sample."""
    return await reply(question, Shelf(*(reports or (SAMPLE,))), NOW, doubts)
