"""What is sent to Slack."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
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


class Prompt(Struct, frozen=True):
    """A question that is offered where somebody begins to write: what the button says, and what it sends."""

    title: str
    message: str


class Tab(Struct, frozen=True):
    """The Home tab of somebody, made by `budget`; `dated` is its last line, which says of when it is."""

    blocks: Sequence[Block]
    dated: Block

    @property
    def view(self) -> Mapping[str, Any]:
        """The `view` for views.publish."""
        return {"type": "home", "blocks": [*self.blocks, self.dated]}

    @property
    def digest(self) -> str:
        """What tells it from another one, whenever that was made."""
        return sha256(msgspec.json.encode(self.blocks)).hexdigest()
