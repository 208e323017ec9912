"""Calico's selectors: `app == 'cart' && has(tier)`, read by recursive descent and held against labels."""

import re
from collections.abc import Callable
from functools import cache

Labels = dict[str, str]
Test = Callable[[Labels], bool]

TOKEN = re.compile(
    r"""\s*(?:(?P<text>'[^']*'|"[^"]*")|(?P<sign>&&|\|\||==|!=|[!(){},])|(?P<word>[\w./-]+))"""
)

TWO_WORDS = {"not": "in", "starts": "with", "ends": "with"}
COMPARISONS: dict[str, Callable[[str | None, frozenset[str]], bool]] = {
    "==": lambda value, wanted: value in wanted,
    "!=": lambda value, wanted: value not in wanted,
    "in": lambda value, wanted: value in wanted,
    "not": lambda value, wanted: value not in wanted,
    "contains": lambda value, wanted: value is not None and all(text in value for text in wanted),
    "starts": lambda value, wanted: value is not None and value.startswith(tuple(wanted)),
    "ends": lambda value, wanted: value is not None and value.endswith(tuple(wanted)),
}


class ExpressionError(ValueError):
    """An expression that this reader does not understand."""


@cache
def compiled(expression: str) -> Test:
    """Turn a selector into a test of labels; an empty one holds for all. Raises `ExpressionError`."""
    if not expression.strip():
        return lambda _: True
    reader = _Reader(expression)
    test = reader.either()
    if reader.left:
        raise ExpressionError(expression)
    return test


class _Reader:
    """Reads one expression from left to right."""

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self.left: list[str] = []
        at, text = 0, expression.rstrip()
        while at < len(text):
            match = TOKEN.match(text, at)
            if match is None:
                raise ExpressionError(expression)
            self.left.append(match[0].strip())
            at = match.end()

    def either(self) -> Test:
        tests = [self._both()]
        while self._next_is("||"):
            tests.append(self._both())
        return lambda labels: any(test(labels) for test in tests)

    def _both(self) -> Test:
        tests = [self._term()]
        while self._next_is("&&"):
            tests.append(self._term())
        return lambda labels: all(test(labels) for test in tests)

    def _term(self) -> Test:
        if self._next_is("!"):
            test = self._term()
            return lambda labels: not test(labels)
        if self._next_is("("):
            test = self.either()
            self._expect(")")
            return test
        word = self._take()
        if self._next_is("("):
            return self._function(word)
        return self._comparison(word)

    def _function(self, name: str) -> Test:
        if name in {"all", "global"}:
            self._expect(")")
            return lambda _: name == "all"
        if name != "has":
            raise ExpressionError(self._expression)
        key = self._take()
        self._expect(")")
        return lambda labels: key in labels

    def _comparison(self, key: str) -> Test:
        operator = self._take()
        if operator in TWO_WORDS:
            self._expect(TWO_WORDS[operator])
        holds = COMPARISONS.get(operator)
        if holds is None:
            raise ExpressionError(self._expression)
        wanted = self._set() if operator in {"in", "not"} else frozenset({self._text()})
        return lambda labels: holds(labels.get(key), wanted)

    def _set(self) -> frozenset[str]:
        self._expect("{")
        values = {self._text()}
        while self._next_is(","):
            values.add(self._text())
        self._expect("}")
        return frozenset(values)

    def _text(self) -> str:
        token = self._take()
        if token[:1] not in {"'", '"'}:
            raise ExpressionError(self._expression)
        return token[1:-1]

    def _take(self) -> str:
        if not self.left:
            raise ExpressionError(self._expression)
        return self.left.pop(0)

    def _next_is(self, token: str) -> bool:
        if self.left[:1] == [token]:
            self.left.pop(0)
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._next_is(token):
            raise ExpressionError(self._expression)
