"""Messages and forms as text: what a client of Slack shows of their blocks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from rich.style import Style
from rich.text import Text

from deploy.sandbox.slack.blocks import words
from deploy.sandbox.slack.model import File, Json, Message, View
from deploy.sandbox.terminal.mrkdwn import Named, styled

BUTTON: Final = Style(bold=True, color="blue")
SMALL: Final = Style(dim=True)


@dataclass(frozen=True)
class Drawn:
    """A message: what it says, and what it ends with, from its last row of buttons on."""

    body: Text
    foot: Text = field(default_factory=Text)


def draw(message: Message, files: Sequence[File], named: Named) -> Drawn:
    """Draw a message with its files."""
    attached = [Text(f"📎 {file.name} ({file.length:,} bytes)") for file in files]
    if not message.blocks:
        return Drawn(_joined([styled(message.text, named), *attached]))
    rows = [number for number, block in enumerate(message.blocks) if block["type"] == "actions"]
    cut = rows[-1] if rows else len(message.blocks)
    drawn = [_block(block, named) for block in message.blocks]
    return Drawn(_joined(drawn[:cut]), _joined([*drawn[cut:], *attached]))


def draw_form(view: View, named: Named) -> Text:
    """Draw a form: what it says, its fields with what they hold, and its buttons."""
    blocks = view.body["blocks"]
    fields = [block for block in blocks if block["type"] == "input"]
    said = [_block(block, named) for block in blocks if block["type"] != "input"]
    state = [(block["label"]["text"], held(view.state, block)) for block in fields]
    shown = [Text.assemble(f"{label} ", _pressed(value or " ")) for label, value in state]
    buttons = [_pressed(view.body[it]["text"]) for it in ("close", "submit") if view.body.get(it)]
    return _joined([*said, Text("  ").join(shown), Text(" ").join(buttons)])


def held(state: Json, block: Json) -> str:
    """Return what a field of a form holds."""
    value = state.get(block["block_id"], {}).get(block["element"]["action_id"], {})
    option = value.get("selected_option")
    return str((option and option["text"]["text"]) or value.get("value") or value.get("selected_date") or "")


def _block(block: Json, named: Named) -> Text:
    match block["type"]:
        case "section":
            shown = styled(block["text"]["text"], named)
            beside = block.get("accessory")
            return Text(" ").join([shown, *_buttons([beside])]) if beside else shown
        case "context":
            small = Text("  ").join(styled(piece["text"], named) for piece in block["elements"])
            small.stylize_before(SMALL)
            return small
        case "actions":
            return Text(" ").join(_buttons(block["elements"]))
        case "divider":
            return Text()
        case _:
            return Text(words(block))


def _buttons(elements: Sequence[Json]) -> Iterator[Text]:
    for element in elements:
        yield _pressed(element["text"]["text"])


def _pressed(label: str) -> Text:
    return Text(f"[{label}]", BUTTON)


def _joined(parts: Sequence[Text]) -> Text:
    """Put texts under each other; what says nothing takes no line."""
    return Text("\n").join(part for part in parts if part)
