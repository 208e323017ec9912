"""What every format is given: the report as it is to be shown, and how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from checks.model import Report, Severity
from checks.presentation.filters import left_out, shown
from checks.registry import Check
from checks.summary import Summary

if TYPE_CHECKING:
    from rich.console import Console  # rich costs a tenth of a second, and only text needs it


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a report is shown.

    `now` is aware; its time zone is the reader's. `checks` are the catalogue by id: they give each finding
    its own fix. `severity`, `namespace` and `owner` limit what is shown (see `filters.shown`). `console`
    decides width and colours of text; without one it is 100 columns of plain text. `version` is this
    program's. `compared` is false where no earlier run was looked for. `history` are the runs of the last
    30 days, in any order: only a page draws them.
    """

    now: datetime
    checks: Mapping[str, Check]
    verbose: bool = False
    severity: Severity | None = None
    namespace: str | None = None
    owner: str | None = None
    console: "Console | None" = None
    version: str = ""
    compared: bool = True
    history: Sequence[Summary] = ()


class View(NamedTuple):
    """A filtered report and its options; `note` says what the filter left out, and is empty without one."""

    report: Report
    options: Options
    note: str

    @property
    def without_changes(self) -> str:
        """Why a report has no delta."""
        if self.options.compared:
            return "first run: there is no earlier one to compare with"
        return "not compared with an earlier run"


def view(report: Report, options: Options) -> View:
    """Apply the filters of `options`."""
    limits = (options.severity, options.namespace, options.owner)
    filtered = shown(report, options.checks, *limits)
    return View(filtered, options, left_out(report, filtered, *limits))
