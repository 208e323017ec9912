import pytest

from tests.sandbox.slack.kit import Json, of_block, words

CELL = {"type": "raw_text", "text": "web"}
NUMBER = {"type": "raw_number", "value": 1.5, "text": "1.5"}


def table(rows: list[list[Json]], **more: object) -> Json:
    return {"type": "table", "rows": rows, **more}


def data_table(rows: list[list[Json]], **more: object) -> Json:
    return {"type": "data_table", "caption": "Findings", "rows": rows, **more}


def cell(length: int) -> Json:
    return {"type": "raw_text", "text": "x" * length}


def chart(**more: object) -> Json:
    return {"type": "data_visualization", "title": "Findings", "chart": more}


def series(*labels: str, name: str = "open") -> Json:
    return {"name": name, "data": [{"label": label, "value": -1} for label in labels]}


def lines(*of: Json, categories: tuple[str, ...] = ("Mon", "Tue")) -> Json:
    return chart(type="line", series=list(of), axis_config={"categories": list(categories), "x_label": "Day"})


@pytest.mark.parametrize(
    "block",
    [
        table([[CELL] * 20]),
        table([[CELL]] * 100),
        table([[CELL, NUMBER, words()]], column_settings=[{"align": "right", "is_wrapped": True}, None]),
        table([[cell(5000), words("x" * 5000)]]),
        data_table([[CELL]] * 201, page_size=100),
        data_table([[CELL, NUMBER], [words(), NUMBER]], row_header_column_index=1),
        chart(type="pie", segments=[{"label": "x" * 20, "value": 0.1}] * 12),
        lines(series("Tue", "Mon"), series("Mon", "Tue", name="waived")),
        lines(*[series("Mon", "Tue", name=str(number)) for number in range(12)]),
    ],
)
def test_taken(block: Json) -> None:
    assert of_block(block) == []


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        (table([]), "must provide at least 1 items [json-pointer:/blocks/0/rows]"),
        (table([[CELL]] * 101), "no more than 100 items allowed [json-pointer:/blocks/0/rows]"),
        (table([[CELL] * 21]), "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"),
        (table([[cell(0)]]), "must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]"),
        (
            table([[CELL], [CELL, CELL]]),
            "must have the same number of cells in every row [json-pointer:/blocks/0/rows]",
        ),
        (
            table([[cell(5000), words("x" * 5001)]]),
            "must be less than 10001 characters [json-pointer:/blocks/0/rows]",
        ),
        (
            table([[{"type": "raw_number", "text": "1"}]]),
            "missing required field: value [json-pointer:/blocks/0/rows/0/0]",
        ),
        (
            table([[{"type": "mrkdwn", "text": "1"}]]),
            "unsupported type: mrkdwn [json-pointer:/blocks/0/rows/0/0/type]",
        ),
        (
            table([[CELL]], column_settings=[{"align": "middle"}]),
            "must be a valid enum value [json-pointer:/blocks/0/column_settings/0/align]",
        ),
        (table([[CELL]], page_size=5), "invalid additional property: page_size [json-pointer:/blocks/0]"),
        (data_table([[CELL]]), "must provide at least 2 items [json-pointer:/blocks/0/rows]"),
        (data_table([[CELL]] * 202), "no more than 201 items allowed [json-pointer:/blocks/0/rows]"),
        (
            data_table([[words()], [CELL]]),
            "unsupported type: rich_text [json-pointer:/blocks/0/rows/0/0/type]",
        ),
        (
            data_table([[CELL], [cell(20_000)]]),
            "must be less than 20001 characters [json-pointer:/blocks/0/rows]",
        ),
        (
            data_table([[CELL]] * 2, page_size=101),
            "must be less than or equal to 100 [json-pointer:/blocks/0/page_size]",
        ),
        (
            data_table([[CELL]] * 2, row_header_column_index=1),
            "must be the index of a column [json-pointer:/blocks/0/row_header_column_index]",
        ),
        (
            {"type": "data_table", "rows": [[CELL]] * 2},
            "missing required field: caption [json-pointer:/blocks/0]",
        ),
        (chart(type="radar"), "unsupported type: radar [json-pointer:/blocks/0/chart/type]"),
        (
            chart(type="pie", segments=[{"label": "open", "value": 0}]),
            "must be greater than 0 [json-pointer:/blocks/0/chart/segments/0/value]",
        ),
        (
            chart(type="pie", segments=[{"label": "x" * 21, "value": 1}]),
            "must be less than 21 characters [json-pointer:/blocks/0/chart/segments/0/label]",
        ),
        (
            lines(*[series("Mon", "Tue", name=str(number)) for number in range(13)]),
            "no more than 12 items allowed [json-pointer:/blocks/0/chart/series]",
        ),
        (
            lines(series("Mon", "Tue"), series("Mon", "Tue")),
            "must be unique [json-pointer:/blocks/0/chart/series/1/name]",
        ),
        (
            lines(series("Mon", "Wed")),
            "must have one data point for every category [json-pointer:/blocks/0/chart/series/0/data]",
        ),
        (
            lines(series(*map(str, range(21))), categories=tuple(map(str, range(20)))),
            "no more than 20 items allowed [json-pointer:/blocks/0/chart/series/0/data]",
        ),
        (
            {**chart(type="pie", segments=[{"label": "a", "value": 1}]), "title": "x" * 51},
            "must be less than 51 characters [json-pointer:/blocks/0/title]",
        ),
    ],
)
def test_refused(block: Json, sentence: str) -> None:
    assert of_block(block) == [sentence]
