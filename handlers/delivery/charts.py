"""Charts in a workspace that may not draw them: Slack rolls its chart block out, with `invalid_blocks`."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from checks.errors import ReadinessError
from handlers.charts import Chart
from handlers.ports import Memory, Posted

Draw = Callable[[Chart], Awaitable[bytes | None]]
"""Makes a PNG; null where there is nothing to draw with."""
KEY: Final = "charts-refused"
"""What is remembered for a day: since when."""

log = logging.getLogger(__name__)


class Charts:
    """Whether the workspace takes charts, as far as is known, and pictures where it does not."""

    def __init__(self, memory: Memory, draw: Draw, now: Callable[[], datetime]) -> None:
        self._memory, self._draw, self._now = memory, draw, now

    async def refused(self) -> bool:
        """Whether charts were refused within a day; false also where nobody knows."""
        try:
            return await self._memory.posted(KEY) is not None
        except ReadinessError as error:
            log.warning("whether charts are refused cannot be seen: %s", error)
            return False

    async def refuse(self) -> None:
        """Remember that they are, for a day from the first time."""
        if await self.refused():
            return
        try:
            await self._memory.remember(KEY, Posted("", self._now()))
        except ReadinessError as error:
            log.warning("that charts are refused cannot be remembered: %s", error)

    async def picture(self, chart: Chart) -> bytes | None:
        """Draw a chart; null where that cannot be done."""
        return await self._draw(chart)
