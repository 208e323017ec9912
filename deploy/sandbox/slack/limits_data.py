"""The blocks that show data: tables and charts.

Source: https://docs.slack.dev/reference/block-kit/blocks, pages table-block, data-table-block and
data-visualization-block
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from deploy.sandbox.slack.limits_rich_text import RICH_TEXT
from deploy.sandbox.slack.limits_rules import (
    Check,
    Rule,
    array,
    at,
    boolean,
    choice,
    number,
    record,
    string,
    typed,
)

_RAW = {
    "raw_text": record({"type": choice("raw_text"), "text": string()}, {}),
    "raw_number": record({"type": choice("raw_number"), "value": number(), "text": string()}, {}),
}
_ROW = array(typed({**_RAW, "rich_text": RICH_TEXT}), 20)
_HEADER = array(typed(_RAW))


def characters(cells: object) -> int:
    """Return how many characters some cells show."""
    if isinstance(cells, list):
        return sum(map(characters, cells))
    if not isinstance(cells, dict):
        return 0
    return sum(
        len(value) if name == "text" and isinstance(value, str) else characters(value)
        for name, value in cells.items()
    )


def _at_most(most: int) -> Check:
    def check(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
        if characters(value["rows"]) > most:
            yield at(f"{pointer}/rows", f"must be less than {most + 1} characters")

    return check


def _even(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    """Ask for as many cells in every row; the page says it of data tables only."""
    if len(set(map(len, value["rows"]))) > 1:
        yield at(f"{pointer}/rows", "must have the same number of cells in every row")


def _header_is_raw(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    yield from _HEADER(value["rows"][0], f"{pointer}/rows/0")


def _row_header_exists(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    if value.get("row_header_column_index", 0) >= len(value["rows"][0]):
        yield at(f"{pointer}/row_header_column_index", "must be the index of a column")


_COLUMN = record({}, {"align": choice("left", "center", "right"), "is_wrapped": boolean})


def _column_or_null(value: object, pointer: str) -> Iterator[str]:
    if value is not None:
        yield from _COLUMN(value, pointer)


Fields = tuple[dict[str, Rule], dict[str, Rule], tuple[Check, ...]]
"""What a block must have, what it may have, and what is checked then."""

TABLE: Fields = (
    {"rows": array(_ROW, 100)},
    {"column_settings": array(_column_or_null, 20)},
    (_even, _at_most(10_000)),
)
DATA_TABLE: Fields = (
    {"rows": array(_ROW, 201, least=2), "caption": string()},
    {"page_size": number(1, 100, whole=True), "row_header_column_index": number(0, whole=True)},
    (_even, _header_is_raw, _row_header_exists, _at_most(20_000)),
)


def _weighs(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    if value["value"] <= 0:
        yield at(f"{pointer}/value", "must be greater than 0")


def _series_fit(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    """Ask for distinct names and, in each series, one point for every category."""
    categories = Counter(value["axis_config"]["categories"])
    names: set[str] = set()
    for index, series in enumerate(value["series"]):
        if series["name"] in names:
            yield at(f"{pointer}/series/{index}/name", "must be unique")
        names.add(series["name"])
        if Counter(point["label"] for point in series["data"]) != categories:
            yield at(f"{pointer}/series/{index}/data", "must have one data point for every category")


_SEGMENT = record({"label": string(20), "value": number()}, {}, _weighs)
_POINT = record({"label": string(20), "value": number()}, {})
_SERIES = record({"name": string(20), "data": array(_POINT, 20)}, {})
_AXES = record({"categories": array(string(20), 20)}, {"x_label": string(50), "y_label": string(50)})


def _chart(kind: str) -> Rule:
    fields = {"type": choice(kind), "series": array(_SERIES, 12), "axis_config": _AXES}
    return record(fields, {}, _series_fit)


_CHARTS = {
    "pie": record({"type": choice("pie"), "segments": array(_SEGMENT, 12)}, {}),
    **{kind: _chart(kind) for kind in ("bar", "area", "line")},
}
DATA_VISUALIZATION: Fields = ({"title": string(50), "chart": typed(_CHARTS)}, {}, ())
