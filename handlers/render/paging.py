"""One page of many things."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Generic, TypeVar

from checks.presentation.prose import counted
from handlers.intents import Intent
from handlers.render.message import Block
from handlers.render.offers import turn_to

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Page(Generic[Thing]):
    """What is shown of `total` things: those after the first `before`, on the page `number` of `last`."""

    shown: Sequence[Thing]
    before: int
    total: int
    number: int
    last: int

    def span(self, noun: str) -> str:
        """Return `11 to 20 of 118 findings`, or `4 findings` where all are shown."""
        every = counted(self.total, noun)
        if self.last == 1:
            return every
        return f"{self.before + 1:,} to {self.before + len(self.shown):,} of {every}"

    def turns(self, to: Callable[[int], Intent]) -> list[Block]:
        """Return the buttons to the pages before and after this one."""
        back = [turn_to("Previous", to(self.number - 1))] if self.number > 1 else []
        return back + ([turn_to("Next", to(self.number + 1))] if self.number < self.last else [])


def turn(things: Sequence[Thing], number: int, each: int) -> Page[Thing]:
    """Return a page of so many things each; the last one for any number beyond."""
    last = max(1, ceil(len(things) / each))
    number = min(number, last)
    before = (number - 1) * each
    return Page(things[before : before + each], before, len(things), number, last)
