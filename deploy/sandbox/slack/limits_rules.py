"""What JSON values are checked with, in the sentences of Slack's `response_metadata.messages`.

A rule yields what is wrong with a value. Each sentence carries a JSON pointer to the value or, for a field
that is missing or too much, to the object around it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Rule = Callable[[object, str], Iterator[str]]
"""Takes a value and its JSON pointer."""
Check = Callable[[Mapping[str, Any], str], Iterator[str]]
"""Takes an object whose fields are right one by one, and its JSON pointer."""


def at(pointer: str, sentence: str) -> str:
    """Return a sentence with the place that it is about."""
    return f"{sentence} [json-pointer:{pointer}]"


def string(most: int | None = None, *, least: int = 1, pattern: str = "", what: str = "") -> Rule:
    """Accept a string of `least` to `most` characters; where there is a pattern, one that matches as a whole.

    `what` names in a sentence what the pattern describes.
    """

    def rule(value: object, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield at(pointer, "must provide a string")
        elif len(value) < least:
            yield at(pointer, f"must be more than {least - 1} characters")
        elif most is not None and len(value) > most:
            yield at(pointer, f"must be less than {most + 1} characters")
        elif pattern and not re.fullmatch(pattern, value, re.ASCII):
            yield at(pointer, f"must be a valid {what}")

    return rule


def number(least: float | None = None, most: float | None = None, *, whole: bool = False) -> Rule:
    """Accept a number from `least` to `most`, both included."""
    kinds = (int,) if whole else (int, float)

    def rule(value: object, pointer: str) -> Iterator[str]:
        if not isinstance(value, kinds) or isinstance(value, bool):
            yield at(pointer, f"must provide {'an integer' if whole else 'a number'}")
        elif least is not None and value < least:
            yield at(pointer, f"must be greater than or equal to {least}")
        elif most is not None and value > most:
            yield at(pointer, f"must be less than or equal to {most}")

    return rule


def boolean(value: object, pointer: str) -> Iterator[str]:
    """Accept true and false."""
    if not isinstance(value, bool):
        yield at(pointer, "must provide a boolean")


def choice(*allowed: str) -> Rule:
    """Accept one of these strings."""

    def rule(value: object, pointer: str) -> Iterator[str]:
        if value not in allowed:
            yield at(pointer, "must be a valid enum value")

    return rule


def array(item: Rule, most: int | None = None, *, least: int = 1) -> Rule:
    """Accept a list of `least` to `most` items."""

    def rule(value: object, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield at(pointer, "must provide an array")
            return
        if len(value) < least:
            yield at(pointer, f"must provide at least {least} items")
        if most is not None and len(value) > most:
            yield at(pointer, f"no more than {most} items allowed")
        for index, entry in enumerate(value):
            yield from item(entry, f"{pointer}/{index}")

    return rule


def record(required: Mapping[str, Rule], optional: Mapping[str, Rule], *checks: Check) -> Rule:
    """Accept an object with these fields and no others; checks follow where each field is right."""
    fields = {**required, **optional}

    def rule(value: object, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield at(pointer, "must provide an object")
            return
        wrong = [at(pointer, f"missing required field: {name}") for name in required if name not in value]
        for name, entry in value.items():
            if name in fields:
                wrong += fields[name](entry, f"{pointer}/{name}")
            else:
                wrong.append(at(pointer, f"invalid additional property: {name}"))
        yield from wrong
        if not wrong:
            for check in checks:
                yield from check(value, pointer)

    return rule


def typed(kinds: Mapping[str, Rule]) -> Rule:
    """Accept an object whose `type` names one of these rules and that this rule accepts."""

    def rule(value: object, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield at(pointer, "must provide an object")
        elif "type" not in value:
            yield at(pointer, "missing required field: type")
        elif not isinstance(value["type"], str) or value["type"] not in kinds:
            yield at(f"{pointer}/type", f"unsupported type: {value['type']}")
        else:
            yield from kinds[value["type"]](value, pointer)

    return rule


def exactly_one(*names: str) -> Check:
    """Ask for one of these fields and refuse a second."""
    listed = " or ".join(f"`{name}`" for name in names)

    def check(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
        if sum(name in value for name in names) != 1:
            yield at(pointer, f"must define either {listed}")

    return check
