"""The lines of a fix that are to be copied."""

import re
from collections.abc import Iterable

from msgspec import structs

from checks.model import Ref
from checks.presentation.prose import Form, pieces

COMMAND = re.compile(r"[a-z][a-z0-9-]* \S")
"""Code that begins with a program and goes on."""
NAME = re.compile(r"[\w.:@+=-]*", re.ASCII)
"""A name that a shell takes as it is: no command is made of another."""


def commands(words: str, ref: Ref) -> Iterable[str]:
    """Return the commands in the fix of an object, each once; none with a blank to fill in."""
    if not all(map(NAME.fullmatch, structs.astuple(ref))):
        return ()
    return dict.fromkeys(
        piece.text
        for piece in pieces(words)
        if piece.form is Form.CODE and COMMAND.match(piece.text) and "<" not in piece.text
    )
