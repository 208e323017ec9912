"""Files made of reports: `handlers.ports.Documents`."""

from datetime import UTC, datetime

from bot import rbac
from bot.apart import apart
from bot.output.formats import render
from bot.output.view import Options
from bot.version import VERSION
from checks.catalogue import BY_ID, CATALOGUE
from checks.model import Report


class Documents:
    """See `handlers.ports.Documents`."""

    async def html(self, report: Report) -> bytes:
        """Return a report as a page of its own; 20,000 findings take seconds, so elsewhere."""
        options = Options(now=datetime.now(UTC), checks=BY_ID, version=VERSION)

        async def rendered() -> bytes:
            return render("html", report, options).encode("utf-8", "replace")

        return await apart(rendered)

    async def role(self) -> str:
        """Return the least ClusterRole as YAML."""
        return rbac.as_yaml(rbac.cluster_role(CATALOGUE))
