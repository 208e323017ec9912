"""The one owner of how much Slack takes: every message is made here.

Slack refuses a message's blocks from an unpublished total on, seen from about 11,000 bytes of JSON; what fits
is measured as it travels, in ASCII.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, chain

from handlers.render.elements import actions, context, section
from handlers.render.message import Block, Message
from handlers.render.text import cut, weight

BYTES = 9_000
BLOCKS = 50
TEXT = 4_000
"""Characters of the text that stands for the blocks."""

Row = Sequence[Block]
"""Blocks that are shown together or not at all."""

TOO_LARGE = context("Some of this did not fit into a message.")


def message(text: str, blocks: Iterable[Block] = ()) -> Message:
    """Make a message of blocks that are known to be few and small.

    What does not fit all the same is left out, the first that came stay, and the message says so.
    """
    every = list(blocks)
    if not _fits(every):
        kept = [TOO_LARGE]
        for block in every:
            if _fits([*kept, block]):
                kept.insert(-1, block)
        every = kept
    return Message(cut(text.strip(), TEXT) or "Readiness", every)


def fit(
    text: str, head: Row, rows: Sequence[Row], tail: Row, left_out: Callable[[int], Row], most: int = BLOCKS
) -> tuple[Message, int]:
    """Make a message of as many rows as fit between head and tail; return it and how many are shown.

    `left_out` gives the blocks that tell how many are not; they stand between the rows and the tail. `most`
    is how many rows are wanted at all.
    """
    bytes_before = list(accumulate(map(size, rows[:most]), initial=size(head) + size(tail)))
    blocks_before = list(accumulate(map(len, rows[:most]), initial=len(head) + len(tail)))

    def fitting(shown: int) -> bool:
        rest = _rest(len(rows) - shown, left_out)
        return bytes_before[shown] + size(rest) <= BYTES and blocks_before[shown] + len(rest) <= BLOCKS

    shown = next(filter(fitting, range(len(bytes_before) - 1, 0, -1)), 0)
    rest = _rest(len(rows) - shown, left_out)
    return message(text, [*head, *chain.from_iterable(rows[:shown]), *rest, *tail]), shown


def _rest(number: int, left_out: Callable[[int], Row]) -> Row:
    return left_out(number) if number else ()


def size(blocks: Row) -> int:
    """Return the bytes of blocks as JSON: at least what they add to others."""
    return len(json.dumps(blocks))


def share(rows: int, *around: Row) -> int:
    """Return the bytes that each of so many rows may have between the blocks around them."""
    return (BYTES - sum(map(size, around))) // max(rows, 1)


def lines(rows: Sequence[tuple[str, Row]], *around: Row) -> list[Block]:
    """Return texts that all fit between the blocks around them.

    Each has the buttons that belong to it as long as there is room: one beside it, several below.
    """
    room = share(1, *around)
    bare = [squeezed(text, room // max(len(rows), 1)) for text, _ in rows]
    left = room - size(bare)
    made: list[Block] = []
    for (_, buttons), line in zip(rows, bare, strict=True):
        dressed = [{**line, "accessory": buttons[0]}] if len(buttons) == 1 else [line, actions(*buttons)]
        more = size(dressed) - size([line])
        fits = bool(buttons) and more <= left
        left -= more if fits else 0
        made += dressed if fits else [line]
    return made


def squeezed(text: str, room: int, *beside: Block) -> Block:
    """Return a section of at most so many bytes, a button beside it counted."""
    return section(cut(text, room - size([section("-", *beside)]), weight), *beside)


def _fits(blocks: Row) -> bool:
    return len(blocks) <= BLOCKS and size(blocks) <= BYTES
