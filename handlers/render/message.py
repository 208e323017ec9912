"""What is sent to Slack."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

Block = Mapping[str, Any]
"""A block of Block Kit, as JSON has it."""


class Message(Struct, frozen=True):
    """Blocks, and the text that stands for them in notifications, to screen readers and where blocks fail.

    Made by `budget`, which keeps it within Slack's limits: at most 50 blocks, 9,000 bytes of JSON and 4,000
    characters of text.
    """

    text: str
    blocks: Sequence[Block] = ()

    @property
    def size(self) -> int:
        """Bytes of the blocks as JSON."""
        return len(msgspec.json.encode(self.blocks))


class Form(Struct, frozen=True):
    """A modal: the whole `view` for views.open."""

    view: Mapping[str, Any]
