"""What Slack refuses in a message and in a view, and with which words.

Limits and shapes are those of Slack's reference; where it says nothing, the strict reading holds. Sentences
are Slack's where they are known. `BLOCKS_MOST` is not in the reference: senders report refusals from about
11,000 to 13,300 bytes.

Source: https://docs.slack.dev/reference/block-kit, https://docs.slack.dev/reference/views and the errors of
https://docs.slack.dev/reference/methods/chat.postMessage and views.open
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deploy.sandbox.slack.limits_blocks import MARKDOWN_MOST, blocks
from deploy.sandbox.slack.limits_objects import plain
from deploy.sandbox.slack.limits_rules import Rule, at, boolean, choice, record, string, typed

BLOCKS_MOST = 13_000
"""Bytes of a message's blocks as compact JSON in UTF-8."""
TEXT_MOST = 40_000
ATTACHMENTS_MOST = 100
CHARTS_MOST = 2
VIEW_MOST = 250_000
"""Bytes of a view as compact JSON in UTF-8."""

_TABLES = frozenset({"table", "data_table"})
_MESSAGE_BLOCKS = blocks("message", 50)


@dataclass(frozen=True)
class Problem:
    """Why Slack refuses: its error code, and the sentences of `response_metadata.messages`."""

    error: str
    messages: tuple[str, ...] = ()


def message_problem(payload: Mapping[str, Any]) -> Problem | None:
    """Return what Slack has against a message, None for nothing.

    `payload` is the decoded arguments of chat.postMessage, chat.update, chat.postEphemeral or a response_url:
    `text`, `blocks` and `attachments`, these two as lists. An answer that only deletes has nothing to check.
    """
    said, layout, attachments = payload.get("text") or "", payload.get("blocks"), payload.get("attachments")
    if not str(said).strip() and not layout and not attachments:
        return Problem("no_text")
    if len(str(said)) > TEXT_MOST:
        return Problem("msg_too_long")
    return _blocks_problem(layout or []) or _attachments_problem(layout or [], attachments or [])


def view_problem(view: Mapping[str, Any]) -> Problem | None:
    """Return what Slack has against a modal or a Home tab, None for nothing."""
    if wrong := tuple(_VIEW(view, "/view")):
        return _refusal("invalid_arguments", wrong)
    return Problem("view_too_large") if _size(view) > VIEW_MOST else None


def _refusal(error: str, sentences: tuple[str, ...]) -> Problem:
    return Problem(error, tuple(f"[ERROR] {sentence}" for sentence in sentences))


def _size(value: object) -> int:
    # JSON may carry half a surrogate pair, which has no UTF-8.
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return len(compact.encode(errors="replace"))


def _blocks_problem(layout: object) -> Problem | None:
    if not isinstance(layout, list):
        return Problem("invalid_blocks_format")
    if wrong := tuple(_MESSAGE_BLOCKS(layout, "/blocks")) or tuple(_too_much(layout)):
        return _refusal("invalid_blocks", wrong)
    return Problem("msg_blocks_too_long") if _size(layout) > BLOCKS_MOST else None


def _too_much(layout: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what is too much for one message although each block is right."""
    markdown = 0
    for index, block in enumerate(layout):
        if block["type"] == "markdown":
            markdown += len(block["text"])
            if markdown > MARKDOWN_MOST:
                yield at(f"/blocks/{index}/text", f"must be less than {MARKDOWN_MOST + 1} characters")
    if sum(block["type"] == "data_visualization" for block in layout) > CHARTS_MOST:
        yield "too many data_visualization blocks"


def _attachments_problem(layout: list[dict[str, Any]], attachments: object) -> Problem | None:
    if not isinstance(attachments, list) or not all(isinstance(entry, dict) for entry in attachments):
        return Problem("invalid_attachments")
    if len(attachments) > ATTACHMENTS_MOST:
        return Problem("too_many_attachments")
    every = list(layout)
    for index, attachment in enumerate(attachments):
        inner = attachment.get("blocks") or []
        if wrong := tuple(_MESSAGE_BLOCKS(inner, f"/attachments/{index}/blocks")):
            return _refusal("invalid_attachments", wrong)
        every += inner
    if sum(block["type"] in _TABLES for block in every) > 1:
        return _refusal("invalid_attachments", ("only_one_table_allowed",))
    return None


def _submit_for_inputs(view: Mapping[str, Any], pointer: str) -> Iterator[str]:
    if "submit" in view:
        return
    for index, block in enumerate(view["blocks"]):
        if block["type"] == "input":
            yield at(
                f"{pointer}/blocks/{index}/input", "must define `submit` to use an `input` block in modals"
            )


_EVERY_VIEW: dict[str, Rule] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_VIEW = typed(
    {
        "modal": record(
            {"type": choice("modal"), "title": plain(24), "blocks": blocks("modal", 100)},
            {
                **_EVERY_VIEW,
                "submit": plain(24),
                "close": plain(24),
                "clear_on_close": boolean,
                "notify_on_close": boolean,
            },
            _submit_for_inputs,
        ),
        "home": record({"type": choice("home"), "blocks": blocks("home", 100)}, _EVERY_VIEW),
    }
)
