import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.sandbox.slack.limits import BLOCKS_MOST, Problem, message_problem, view_problem
from tests.sandbox.slack.kit import Json, actions, button, lead_somewhere, modal, plain, post, said, section

DIVIDER = {"type": "divider"}
TABLE: Json = {"type": "table", "rows": [[{"type": "raw_text", "text": "1"}]]}
CHART = {
    "type": "data_visualization",
    "title": "Findings",
    "chart": {"type": "pie", "segments": [{"label": "open", "value": 1}]},
}


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        ({}, "no_text"),
        ({"text": ""}, "no_text"),
        ({"text": " \n"}, "no_text"),
        ({"blocks": [], "attachments": []}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"text": "x", "attachments": {"text": "x"}}, "invalid_attachments"),
        ({"text": "x", "attachments": ["x"]}, "invalid_attachments"),
        ({"text": "x", "attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
    ],
)
def test_refused_as_a_whole(payload: Json, error: str) -> None:
    assert message_problem(payload) == Problem(error)


@pytest.mark.parametrize(
    "payload",
    [
        {"text": "x" * 40_000},
        {"blocks": [DIVIDER]},
        {"attachments": [{"text": "x"}] * 100},
        {"attachments": [{"color": "#f00", "blocks": [DIVIDER]}]},
        {"text": "x", "blocks": None, "attachments": None},
        {"text": "x", "blocks": [DIVIDER] * 50},
        {"text": "x", "blocks": [CHART, CHART]},
    ],
)
def test_taken(payload: Json) -> None:
    assert message_problem(payload) is None


def test_the_sentences_of_a_text_that_is_too_long() -> None:
    problem = post(section("x" * 3001))

    assert problem == Problem(
        "invalid_blocks",
        (
            "[ERROR] failed to match all allowed schemas [json-pointer:/blocks/0/text]",
            "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
        ),
    )


def test_every_block_that_is_wrong_is_named() -> None:
    assert said(post(DIVIDER, {"type": "video"}, "x", {"text": plain()}, {"type": ["header"]})) == [
        "unsupported type: video [json-pointer:/blocks/1/type]",
        "must provide an object [json-pointer:/blocks/2]",
        "missing required field: type [json-pointer:/blocks/3]",
        "unsupported type: ['header'] [json-pointer:/blocks/4/type]",
    ]


def test_more_than_fifty_blocks() -> None:
    assert said(post(*[DIVIDER] * 51)) == ["no more than 50 items allowed [json-pointer:/blocks]"]


def test_ids_are_unique() -> None:
    twice = post({**DIVIDER, "block_id": "a"}, section(block_id="b"), {**DIVIDER, "block_id": "a"})
    assert said(twice) == ['`block_id` "a" already exists [json-pointer:/blocks/2/block_id]']
    assert said(post(actions(button("go"), button("stop"), button("go")))) == [
        '`action_id` "go" already exists [json-pointer:/blocks/0/elements/2/action_id]'
    ]
    assert post(actions(button("go")), actions(button("go"))) is None


def test_blocks_are_measured_together_in_bytes() -> None:
    def blocks_of(size: int, letter: str) -> list[Json]:
        blocks = [section(letter) for _ in range(6)]
        bare = len(json.dumps(blocks, separators=(",", ":"), ensure_ascii=False).encode())
        letters = (size - bare) // len(letter.encode())
        for index in range(6):
            blocks[index] = section(letter * (1 + letters // 6 + (index < letters % 6)))
        return blocks

    for letter in ("x", "ß", "語"):
        assert post(*blocks_of(BLOCKS_MOST, letter)) is None
        assert post(*blocks_of(BLOCKS_MOST + 3, letter)) == Problem("msg_blocks_too_long")


def test_one_table_a_message() -> None:
    refusal = Problem("invalid_attachments", ("[ERROR] only_one_table_allowed",))
    data_table = {"type": "data_table", "caption": "x", "rows": TABLE["rows"] * 2}

    assert post(TABLE) is None
    assert post(data_table) is None
    assert post(TABLE, TABLE) == refusal
    assert post(TABLE, data_table) == refusal
    assert message_problem({"blocks": [TABLE], "attachments": [{"blocks": [TABLE]}]}) == refusal


def test_two_charts_a_message() -> None:
    assert said(post(CHART, CHART, CHART)) == ["too many data_visualization blocks"]


def test_markdown_is_counted_together() -> None:
    half = {"type": "markdown", "text": "x" * 6000}

    assert post(half, half) is None
    assert said(post(half, half, {"type": "markdown", "text": "x"})) == [
        "must be less than 12001 characters [json-pointer:/blocks/2/text]"
    ]


def test_blocks_of_attachments_have_the_same_rules() -> None:
    problem = message_problem({"attachments": [{"text": "x"}, {"blocks": [{"type": "header"}]}]})

    assert problem == Problem(
        "invalid_attachments",
        ("[ERROR] missing required field: text [json-pointer:/attachments/1/blocks/0]",),
    )
    assert said(message_problem({"attachments": [{"blocks": DIVIDER}]})) == [
        "must provide an array [json-pointer:/attachments/0/blocks]"
    ]


NAMES = st.sampled_from(
    ["type", "text", "elements", "element", "label", "fields", "rows", "options", "value"]
)
TYPES = st.sampled_from(
    ["section", "actions", "input", "table", "data_table", "rich_text", "context", "header"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just("\ud800") | TYPES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)
FIELDS = dict.fromkeys(("text", "elements", "element", "rows", "fields", "accessory", "block_id"), JSON)
BLOCKS = st.lists(JSON | st.fixed_dictionaries({"type": TYPES}, optional=FIELDS), max_size=4)


@given(BLOCKS)
def test_any_json_is_answered_with_pointers_into_it(blocks: list[object]) -> None:
    message = {"text": "Words", "blocks": blocks}
    assert lead_somewhere(message_problem(message), message)
    attached = {"attachments": [{"blocks": blocks}]}
    assert lead_somewhere(message_problem(attached), attached)
    view = {"view": modal(*blocks)}
    assert lead_somewhere(view_problem(view["view"]), view)


@given(st.dictionaries(st.sampled_from(["text", "blocks", "attachments"]), JSON))
def test_any_arguments_are_answered(payload: Json) -> None:
    assert lead_somewhere(message_problem(payload), payload)


@pytest.mark.parametrize("letter", ["x", "ß", "語", "🎉"])
def test_texts_are_counted_in_characters(letter: str) -> None:
    assert post({"type": "header", "text": plain(letter * 150)}) is None
    assert post({"type": "header", "text": plain(letter * 151)}) is not None
