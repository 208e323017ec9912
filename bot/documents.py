"""Files made of reports: `handlers.ports.Documents`."""

import logging
from datetime import UTC, datetime, timedelta

from bot import rbac
from bot.apart import apart
from bot.output import picture
from bot.output.formats import render
from bot.output.view import Options
from bot.store import Store
from bot.version import VERSION
from checks.catalogue import BY_ID, CATALOGUE
from checks.errors import StoreError
from checks.model import Report
from checks.summary import Summary
from handlers.charts import DAYS, Chart
from handlers.intents import Format

log = logging.getLogger(__name__)


class Documents:
    """See `handlers.ports.Documents`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def report(self, report: Report, form: Format) -> bytes:
        """Return a report as a file of its own; 20,000 findings take seconds, so elsewhere."""
        history = await recent(self._store, report) if form is Format.HTML else ()
        options = Options(now=datetime.now(UTC), checks=BY_ID, version=VERSION, history=history)

        async def rendered() -> bytes:
            return render(form, report, options).encode("utf-8", "replace")

        return await apart(rendered)

    async def picture(self, chart: Chart) -> bytes | None:
        """Return a chart as PNG; null where the plotting library is not installed."""

        async def drawn() -> bytes | None:
            return picture.png(chart)

        return await apart(drawn)

    async def role(self) -> str:
        """Return the least ClusterRole as YAML."""
        return rbac.as_yaml(rbac.cluster_role(CATALOGUE))


async def recent(store: Store, report: Report) -> list[Summary]:
    """Return the runs from 30 days before a report on; none where the store fails, which costs no report."""
    since = report.taken_at - timedelta(days=DAYS)
    try:
        return await store.history(report.cluster, since=since, uid=report.cluster_uid)
    except StoreError as error:
        log.warning("a report without its history: %s", error)
        return []
