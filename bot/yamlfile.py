"""YAML that remembers its lines, so that a problem can name one."""

from dataclasses import dataclass, field
from typing import Any

import yaml

Location = tuple[str | int, ...]

DEEPEST = 20
"""Levels looked at: an alias may point at what contains it."""


@dataclass
class Document:
    """A parsed file: its content, the line of each place, and keys that stand twice in one mapping."""

    content: Any
    lines: dict[Location, int] = field(default_factory=dict)
    duplicates: list[tuple[str, int]] = field(default_factory=list)

    def line(self, location: Location) -> int:
        """Return the line (from 1) of a place, or of the nearest one around it."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)


class _Loader(yaml.SafeLoader):
    """Leaves a date that is none, such as the 31st of June, a text: whoever checks it knows its line."""

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> Any:  # noqa: ANN401 - a date, a moment, a text
        """Return the date or the moment."""
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError:
            return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_yaml_timestamp)


def parse(text: str) -> Document:
    """Parse YAML. Raises `ValueError` with `line: what is wrong` where it is none."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        document = Document(yaml.load(text, Loader=_Loader))  # noqa: S506 - a safe one
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ValueError(f"{line}: not YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ValueError(f"1: not YAML: {error}") from error
    if root is not None:
        _visit(document, root, ())
    return document


def _visit(document: Document, node: yaml.Node, location: Location) -> None:
    document.lines.setdefault(location, node.start_mark.line + 1)
    if len(location) >= DEEPEST:
        return
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _visit(document, item, (*location, index))
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                document.duplicates.append((name, key.start_mark.line + 1))
            seen.add(name)
            document.lines[*location, name] = key.start_mark.line + 1
            _visit(document, value, (*location, name))
