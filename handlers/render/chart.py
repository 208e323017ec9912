"""Charts as Slack draws them.

Source: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from typing import Final

from msgspec import structs

from handlers.charts import Chart, Series
from handlers.render.budget import Row
from handlers.render.message import Block, Message
from handlers.render.text import shorten

KIND: Final = "data_visualization"
TITLE_MOST = 50


def chart(chart: Chart) -> Row:
    """Return the blocks of a chart, one for each of its series: beside findings a score would be flat."""
    return [_block(chart, series) for series in chart.series]


def _block(chart: Chart, series: Series) -> Block:
    name = series.name.capitalize()
    points = zip(chart.labels, series.values, strict=True)
    data = [{"label": label, "value": value} for label, value in points]
    return {
        "type": KIND,
        "title": shorten(f"{name}: {chart.title}", TITLE_MOST),
        "chart": {
            "type": "line",
            "series": [{"name": name, "data": data}],
            "axis_config": {"categories": list(chart.labels)},
        },
    }


def drawn(message: Message) -> Chart | None:
    """Return the chart that a message has; null where it has none."""
    blocks = [block for block in message.blocks if block["type"] == KIND]
    if not blocks:
        return None
    lines = [line for block in blocks for line in block["chart"]["series"]]
    return Chart(
        title=blocks[0]["title"].partition(": ")[2],
        labels=tuple(blocks[0]["chart"]["axis_config"]["categories"]),
        series=tuple(
            Series(line["name"].lower(), tuple(point["value"] for point in line["data"])) for line in lines
        ),
    )


def without(message: Message) -> Message:
    """Return a message without its charts; the same one where it has none."""
    rest = [block for block in message.blocks if block["type"] != KIND]
    return structs.replace(message, blocks=rest) if len(rest) < len(message.blocks) else message
