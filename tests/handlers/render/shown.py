"""Messages as somebody reads them, for goldens and assertions."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handlers.render.message import Block, Message
from tests.bot.output.golden import assert_golden

GOLDENS = Path(__file__).parent / "goldens"


def assert_message(name: str, message: Message) -> None:
    """Compare a message with the golden file of that name."""
    assert_golden_text(name, shown(message))


def assert_golden_text(name: str, text: str) -> None:
    """Compare messages, as text, with the golden file of that name."""
    assert_golden(str(GOLDENS / f"{name}.txt"), text)


def shown(*messages: Message) -> str:
    """Return messages as text: buttons in brackets with what they say, context indented by a bar."""
    return "\n----\n".join(f"({message.text})\n\n{_body(message)}" for message in messages) + "\n"


def _body(message: Message) -> str:
    return "\n".join(line.rstrip() for block in message.blocks for line in _block(block))


def _block(block: Block) -> Iterator[str]:
    match block["type"]:
        case "section":
            yield from block["text"]["text"].split("\n")
            yield from [_button(block["accessory"])] if "accessory" in block else []
        case "context":
            for element in block["elements"]:
                yield from (f"| {line}" for line in element["text"].split("\n"))
        case "actions":
            yield "  ".join(map(_button, block["elements"]))
        case "divider":
            yield "---"
        case "data_visualization":
            yield f"({block['title']})"
            for series in block["chart"]["series"]:
                points = (f"{point['label']} {point['value']}" for point in series["data"])
                yield f"({series['name']}: {', '.join(points)})"
    yield ""


def _button(button: Block) -> str:
    if button["type"] == "static_select":
        chosen = button.get("initial_option", {}).get("value", "")
        every = (f"{it['text']['text']}: {it['value']}" for it in button["options"])
        return f"<{chosen} of {', '.join(every)}>"
    primary = "*" if button.get("style") == "primary" else ""
    return f"[{primary}{button['text']['text']}: {button['value']}]"


def buttons(message: Message) -> list[Block]:
    """Return every button of a message."""
    found = []
    for block in message.blocks:
        found += [block["accessory"]] if "accessory" in block else []
        found += block["elements"] if block["type"] == "actions" else []
    return [element for element in found if element["type"] == "button"]


def commands(message: Message) -> dict[str, str]:
    """Return what the buttons of a message say, by their labels."""
    return {button["text"]["text"]: button["value"] for button in buttons(message)}


def texts(message: Message) -> list[str]:
    """Return everything that is read in a message, button labels included."""
    return [message.text, *texts_in(list(message.blocks))]


def texts_in(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield everything that is read in blocks."""
    if isinstance(value, dict):
        if value.get("type") in ("mrkdwn", "plain_text"):
            yield value["text"]
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)


def read(mrkdwn: str) -> str:
    """Return mrkdwn without its code marks and escapes: what is left is what is read of literal text."""
    words = mrkdwn.replace("`", "").replace("\u200b", "").replace("\u02cb", "`")
    return re.sub("&(amp|lt|gt);", lambda match: {"amp": "&", "lt": "<", "gt": ">"}[match[1]], words)


def outside_code(mrkdwn: str) -> str:
    """Return what Slack would format: everything but code."""
    return re.sub(r"```.*?```|`[^`\n]+`", " ", mrkdwn, flags=re.DOTALL)
