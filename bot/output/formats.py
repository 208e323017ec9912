"""The formats a report can be written in, by name."""

from importlib import import_module
from typing import Protocol, cast

from bot.output.view import Options, View, view
from checks.model import Report

MODULES = {
    "text": "bot.output.text.page",
    "json": "bot.output.as_json",
    "csv": "bot.output.as_csv",
    "markdown": "bot.output.as_markdown",
    "html": "bot.output.as_html",
    "junit": "bot.output.as_junit",
    "sarif": "bot.output.as_sarif",
}
"""Imported when first used: rich and jinja2 would double the time that a command takes to start."""


class Format(Protocol):
    """What each of these modules has."""

    def render(self, view: View) -> str:
        """Return the whole text of a file, ending in a newline."""


def render(name: str, report: Report, options: Options) -> str:
    """Return a report in one of the `MODULES`, with the filters of `options` applied.

    Raises `KeyError` for a name that is none of them.
    """
    return cast("Format", import_module(MODULES[name])).render(view(report, options))
