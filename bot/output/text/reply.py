"""A short answer for a terminal, and as plain text."""

from collections.abc import Iterator, Sequence
from io import StringIO

from rich.console import Console
from rich.text import Text

from bot.output.text.page import WIDTH
from bot.output.text.parts import CODE, Blank, hanging, prose
from bot.output.text.tables import STEPS
from checks.presentation.prose import flowed, plain
from handlers.charts import Series
from handlers.conversation.reply import Reply

LABEL_MOST = 28


def printed_reply(
    reply: Reply, steps: Sequence[tuple[str, str]], console: Console | None = None, *, verbose: bool = False
) -> str:
    """Return an answer as a console would print it, `steps` being what to type next, each with its label.

    Lines to be copied are left to the terminal to wrap. With `verbose` what the answer has no room for
    follows it.
    """
    console = console or Console(file=StringIO(), width=WIDTH, force_terminal=False, color_system=None)
    with console.capture() as capture:
        console.print(hanging(0, "", prose(reply.told)))
        _copied(console, reply.commands)
        for point in reply.points:
            console.print(hanging(0, "• ", prose(point), style="dim"))
        for line in (*_left(reply, verbose=verbose), *_charts(reply)):
            console.print(line)
        if reply.note:
            console.print(Blank(), hanging(0, "", prose(reply.note, "dim")), sep="", end="")
        if verbose and reply.rest:
            console.print(Blank(), *map(_row, reply.rest.content.splitlines()), sep="\n", soft_wrap=True)
        _offered(console, [step for step in steps if step[1]])
    return capture.get()


def _row(line: str) -> Text:
    return Text(plain(line.replace("\t", "  ")))


def _left(reply: Reply, *, verbose: bool) -> Iterator[Text]:
    if reply.left:
        words = prose(reply.left, "dim")
        yield words.append(": -v", "dim") if reply.rest and not verbose else words


def _charts(reply: Reply) -> Iterator[Text]:
    """Yield a line for each series of a chart, from its lowest value or none to its highest."""
    for series in reply.chart.series if reply.chart else ():
        ends = f"  from {series.values[0]:,g} to {series.values[-1]:,g}"
        yield Text.assemble((f"{plain(series.name)}  ", "dim"), _drawn(series), (ends, "dim"))


def _drawn(series: Series) -> str:
    top = series.top or max(series.values) or 1
    return "".join(STEPS[min(int(value * len(STEPS) / top), len(STEPS) - 1)] for value in series.values)


def _copied(console: Console, commands: Sequence[str]) -> None:
    apart = True
    for command in commands:
        lines = [plain(line) for line in command.split("\n")]
        if apart or len(lines) > 1:
            console.print()
        apart = len(lines) > 1
        console.print(Text("\n".join(lines), CODE), soft_wrap=True)


def _offered(console: Console, steps: Sequence[tuple[str, str]]) -> None:
    if not steps:
        return
    console.print()
    width = max(len(plain(label)[:LABEL_MOST]) for label, _ in steps)
    for label, command in steps:
        line = Text(f"{plain(label)[:LABEL_MOST]:<{width}}  ", "dim").append(plain(command), CODE)
        console.print(line, soft_wrap=True)


def plain_reply(reply: Reply) -> str:
    """Return an answer as plain text of a few lines."""
    lines = [
        flowed(reply.told),
        *("\n".join(map(plain, command.split("\n"))) for command in reply.commands),
        *(f"- {flowed(point, '  ')}" for point in reply.points),
        flowed(reply.left),
        flowed(reply.note),
    ]
    return "\n".join(filter(None, lines))
