"""A short answer for Slack: what is told, what it rests on, what can be done next."""

from collections.abc import Iterable

from handlers.charts import figures
from handlers.conversation.reply import Reply
from handlers.grammar import to_command
from handlers.render.budget import message as budgeted
from handlers.render.budget import share, size, squeezed
from handlers.render.chart import chart
from handlers.render.elements import actions, context, preformatted, section
from handlers.render.message import Block, Message
from handlers.render.offers import offer
from handlers.render.text import cut, escape, prose, weight

TOLD_BYTES = 1_800
POINTS_BYTES = 3_600
NOTE_BYTES = 900
COMMANDS_BYTES = 1_500
"""Of all commands; one that does not fit is left to the file: a command cut short is a wrong one."""
STEP_MOST = 500
"""Characters of a command that a button carries twice."""


def message(reply: Reply) -> Message:
    """Return an answer; its rest is uploaded as a file of its own."""
    told = cut(prose(reply.told), TOLD_BYTES, weight)
    first = [section(told), *_commands(reply.commands)]
    after = [
        *(chart(reply.chart) if reply.chart else []),
        *([context(cut(prose(reply.note), NOTE_BYTES, weight))] if reply.note else []),
        *_steps(reply),
    ]
    points = _points(reply, min(POINTS_BYTES, share(1, [*first, *after])))
    spoken = f"{told}\n{escape(figures(reply.chart))}" if reply.chart else told
    return budgeted(spoken, [*first, *points, *after])


def _points(reply: Reply, room: int) -> list[Block]:
    """Return what it rests on, a line each, every line of as many bytes as the others."""
    if not reply.points:
        return []
    each = (room - 200) // len(reply.points)
    lines = [f"• {cut(prose(point), each, weight)}" for point in reply.points]
    return [squeezed("\n".join([*lines, prose(reply.left)]).strip(), room)]


def _commands(commands: Iterable[str]) -> list[Block]:
    """Return the commands that fit, each in a block of its own: to paste one is enough."""
    made: list[Block] = []
    room = COMMANDS_BYTES
    for command in commands:
        block = preformatted(command)
        room -= size([block])
        if room < 0:
            break
        made.append(block)
    return made


def _steps(reply: Reply) -> list[Block]:
    buttons = {
        said: offer(step.label, step.intent)
        for step in reply.steps
        if len(said := to_command(step.intent)) <= STEP_MOST
    }
    return [actions(*buttons.values())] if buttons else []
