"""The one owner of how much Slack takes: every message is made here.

Slack refuses a message's blocks from an unpublished total on, seen from about 11,000 bytes of JSON; what fits
is measured as it travels, in ASCII.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, chain

from handlers.render.elements import actions, context, section
from handlers.render.message import Block, Message, Tab
from handlers.render.text import cut, weight

BYTES = 9_000
BLOCKS = 50
TEXT = 4_000
"""Characters of the text that stands for the blocks."""
TAB_BYTES, TAB_BLOCKS = 60_000, 100
"""Slack takes 250 kB of a Home tab, which is more than anybody waits for."""

Row = Sequence[Block]
"""Blocks that are shown together or not at all."""

TOO_LARGE = context("Some of this did not fit into a message.")


def message(text: str, blocks: Iterable[Block] = ()) -> Message:
    """Make a message of blocks that are known to be few and small.

    What does not fit all the same is left out, the first that came stay, and the message says so.
    """
    return Message(cut(text.strip(), TEXT) or "Readiness", _fitting(list(blocks), BLOCKS, BYTES))


def tab(blocks: Iterable[Block], dated: Block) -> Tab:
    """Make a Home tab in the same way; `dated` stays in any case."""
    return Tab(_fitting(list(blocks), TAB_BLOCKS - 1, TAB_BYTES - size([dated])), dated)


def _fitting(every: list[Block], most: int, room: int) -> list[Block]:
    """Return at most so many blocks of so many bytes in all."""
    if len(every) <= most and size(every) <= room:
        return every
    kept = [TOO_LARGE]
    for block in every:
        if len(kept) < most and size([*kept, block]) <= room:
            kept.insert(-1, block)
    return kept


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


def share(rows: int, *around: Row, most: int = BYTES) -> int:
    """Return the bytes that each of so many rows may have between the blocks around them, `most` in all."""
    return (most - sum(map(size, around))) // max(rows, 1)


def lines(rows: Sequence[tuple[str, Row]], *around: Row, most: int = BYTES) -> list[Block]:
    """Return texts that all fit between the blocks around them, in `most` bytes.

    Each has the buttons that belong to it as long as there is room: one beside it, several below.
    """
    room = share(1, *around, most=most)
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
