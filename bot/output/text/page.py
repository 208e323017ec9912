"""Renderables as a string."""

from io import StringIO

from rich.console import Console, RenderableType

from bot.output.text.report import render_report
from bot.output.view import View

WIDTH = 100
"""Columns of text that no console was given for."""


def render(view: View) -> str:
    """Return the report as its console would print it."""
    return printed(render_report(view), view.options.console)


def printed(what: RenderableType, console: Console | None = None) -> str:
    """Return what a console would print, with its width and colours; without one, plain text."""
    console = console or Console(file=StringIO(), width=WIDTH, force_terminal=False, color_system=None)
    with console.capture() as capture:
        console.print(what)
    return capture.get()
