"""Buttons that do what could be typed as well."""

from handlers.grammar import to_command
from handlers.intents import Intent
from handlers.render.elements import button
from handlers.render.message import Block


def offer(label: str, intent: Intent, *, primary: bool = False, confirm: str = "") -> Block:
    """Return a button whose click is the command of an intent; `confirm` is a question to ask first."""
    return button(label, to_command(intent), primary=primary, confirm=confirm)


def turn_to(label: str, intent: Intent) -> Block:
    """Return a button to another page, which takes the place of this one."""
    return button(label, to_command(intent), turns=True)
