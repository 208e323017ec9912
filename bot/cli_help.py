"""Help that is wrapped to the terminal: a paragraph of a docstring is one, wherever its lines end."""

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand


class _Flowing(TyperCommand):
    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - whatever typer has
        super().__init__(*arguments, **options)
        if self.help:
            self.help = "\n\n".join(" ".join(paragraph.split()) for paragraph in self.help.split("\n\n"))


class Program(typer.Typer):
    """Commands whose help flows."""

    def command(self, *arguments: Any, **options: Any) -> Callable[..., Any]:  # noqa: ANN401 - the same
        """Return what registers a function."""
        return super().command(*arguments, **{"cls": _Flowing, **options})
