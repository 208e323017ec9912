import pytest

from tests.sandbox.slack.kit import (
    Json,
    actions,
    asks,
    button,
    home,
    modal,
    mrkdwn,
    of_block,
    of_view,
    option,
    plain,
    rich,
    section,
    words,
)

IMAGE = {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "A chart"}
ASKED = asks({"type": "plain_text_input", "action_id": "reason"})
ALERT = {"type": "alert", "text": mrkdwn(), "level": "warning"}
TABLE = {"type": "table", "rows": [[{"type": "raw_text", "text": "1"}]]}
MARKDOWN = {"type": "markdown", "text": "# Words"}
TEXT_SCHEMAS = "failed to match all allowed schemas [json-pointer:/blocks/0/text]"


def context(*elements: Json) -> Json:
    return {"type": "context", "elements": list(elements)}


def header(text: Json, **more: object) -> Json:
    return {"type": "header", "text": text, **more}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "divider", "block_id": "x" * 255},
        section("x" * 3000, expand=True),
        {"type": "section", "text": {**mrkdwn(), "verbatim": True}},
        {"type": "section", "text": {**plain(), "emoji": True}},
        {"type": "section", "fields": [mrkdwn("x" * 400), plain("x" * 2000), *[plain()] * 8]},
        section(accessory=button()),
        section(accessory={"type": "image", "slack_file": {"id": "F1"}, "alt_text": "A chart"}),
        section(accessory={"type": "overflow", "options": [option(url="https://example.org")]}),
        header(plain("x" * 150), level=4),
        context(*[mrkdwn(), plain(), IMAGE] * 3, plain("x" * 3000)),
        actions(*[button(str(number)) for number in range(25)]),
        {**IMAGE, "title": plain("x" * 2000)},
        {**IMAGE, "alt_text": "x" * 2000},
        ASKED,
        asks({"type": "datepicker"}, hint=plain("x" * 2000), optional=True, dispatch_action=True),
        words("x" * 5000),
        {"type": "markdown", "text": "x" * 12_000},
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "rated",
                    "positive_button": {"text": plain(), "value": "up"},
                    "negative_button": {"text": plain(), "value": "down"},
                },
                {"type": "icon_button", "icon": "trash", "text": plain(), "value": "x"},
            ],
        },
    ],
)
def test_taken(block: Json) -> None:
    assert of_block(block) == []


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        ({"type": "divider", "text": plain()}, "invalid additional property: text [json-pointer:/blocks/0]"),
        (
            {"type": "divider", "block_id": "x" * 256},
            "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
        ),
        ({"type": "divider", "block_id": 7}, "must provide a string [json-pointer:/blocks/0/block_id]"),
        ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0/type]"),
        (section(expand=1), "must provide a boolean [json-pointer:/blocks/0/expand]"),
        (
            {"type": "section", "fields": [plain()] * 11},
            "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
        ),
        (
            {"type": "section", "fields": []},
            "must provide at least 1 items [json-pointer:/blocks/0/fields]",
        ),
        (
            section(accessory={"type": "datetimepicker"}),
            "unsupported type: datetimepicker [json-pointer:/blocks/0/accessory/type]",
        ),
        (header(mrkdwn()), "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
        (header(plain("x" * 151)), "must be less than 151 characters [json-pointer:/blocks/0/text/text]"),
        (header(plain(), level=5), "must be less than or equal to 4 [json-pointer:/blocks/0/level]"),
        (header(plain(), level=True), "must provide an integer [json-pointer:/blocks/0/level]"),
        (context(), "must provide at least 1 items [json-pointer:/blocks/0/elements]"),
        (context(*[plain()] * 11), "no more than 10 items allowed [json-pointer:/blocks/0/elements]"),
        (
            actions(*[button(str(number)) for number in range(26)]),
            "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (actions(IMAGE), "unsupported type: image [json-pointer:/blocks/0/elements/0/type]"),
        ({"type": "actions"}, "missing required field: elements [json-pointer:/blocks/0]"),
        (
            {"type": "actions", "elements": {}},
            "must provide an array [json-pointer:/blocks/0/elements]",
        ),
        (
            {"type": "image", "alt_text": "x"},
            "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]",
        ),
        (
            {**IMAGE, "slack_file": {"id": "F1"}},
            "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]",
        ),
        ({**IMAGE, "alt_text": ""}, "must be more than 0 characters [json-pointer:/blocks/0/alt_text]"),
        (
            {**IMAGE, "alt_text": "x" * 2001},
            "must be less than 2001 characters [json-pointer:/blocks/0/alt_text]",
        ),
        ({**IMAGE, "image_url": "a.png"}, "must be a valid URL [json-pointer:/blocks/0/image_url]"),
        (
            {**IMAGE, "title": plain("x" * 2001)},
            "must be less than 2001 characters [json-pointer:/blocks/0/title/text]",
        ),
        (asks(button()), "unsupported type: button [json-pointer:/blocks/0/element/type]"),
        (
            asks({"type": "datepicker"}, hint=plain("x" * 2001)),
            "must be less than 2001 characters [json-pointer:/blocks/0/hint/text]",
        ),
        (
            {"type": "input", "element": {"type": "datepicker"}},
            "missing required field: label [json-pointer:/blocks/0]",
        ),
        (
            {"type": "markdown", "text": "x" * 12_001},
            "must be less than 12001 characters [json-pointer:/blocks/0/text]",
        ),
        ({"type": "markdown", "text": plain()}, "must provide a string [json-pointer:/blocks/0/text]"),
        (ALERT, "unsupported type: alert [json-pointer:/blocks/0/type]"),
    ],
)
def test_refused(block: Json, sentence: str) -> None:
    assert of_block(block) == [sentence]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Words", "must provide an object [json-pointer:/blocks/0/text]"),
        ({"type": "markdown", "text": "x"}, "unsupported type: markdown [json-pointer:/blocks/0/text/type]"),
        (mrkdwn(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        (plain("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        ({"type": "mrkdwn"}, "missing required field: text [json-pointer:/blocks/0/text]"),
        ({**mrkdwn(), "emoji": True}, "invalid additional property: emoji [json-pointer:/blocks/0/text]"),
        (
            {**plain(), "verbatim": True},
            "invalid additional property: verbatim [json-pointer:/blocks/0/text]",
        ),
    ],
)
def test_text_objects(text: object, sentence: str) -> None:
    assert of_block({"type": "section", "text": text}) == [TEXT_SCHEMAS, sentence]


def test_fields_are_shorter_than_the_text() -> None:
    assert of_block({"type": "section", "fields": [mrkdwn("x" * 2001)]}) == [
        "failed to match all allowed schemas [json-pointer:/blocks/0/fields/0]",
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ]


@pytest.mark.parametrize(
    "element",
    [
        {
            "type": "rich_text_list",
            "style": "ordered",
            "indent": 8,
            "border": 1,
            "elements": words()["elements"],
        },
        {
            "type": "rich_text_preformatted",
            "border": 0,
            "elements": [{"type": "text", "text": "kubectl get"}],
        },
        {
            "type": "rich_text_quote",
            "elements": [
                {"type": "link", "url": "https://example.org", "text": "here", "style": {"bold": True}},
                {"type": "emoji", "name": "tada"},
                {"type": "user", "user_id": "U1"},
                {"type": "channel", "channel_id": "C1"},
                {"type": "usergroup", "usergroup_id": "S1"},
                {"type": "broadcast", "range": "here"},
                {"type": "date", "timestamp": 1_700_000_000, "format": "{date_short}", "fallback": "then"},
            ],
        },
        {"type": "rich_text_section", "elements": []},
    ],
)
def test_rich_text_taken(element: Json) -> None:
    assert of_block(rich(element)) == []


@pytest.mark.parametrize(
    ("element", "sentence"),
    [
        ({"type": "text", "text": "x"}, "unsupported type: text [json-pointer:/blocks/0/elements/0/type]"),
        (
            words("")["elements"][0],
            "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
        ),
        (
            {"type": "rich_text_list", "elements": words()["elements"]},
            "missing required field: style [json-pointer:/blocks/0/elements/0]",
        ),
        (
            {"type": "rich_text_list", "style": "bullet", "elements": [{"type": "text", "text": "x"}]},
            "unsupported type: text [json-pointer:/blocks/0/elements/0/elements/0/type]",
        ),
        (
            {"type": "rich_text_preformatted", "elements": [{"type": "emoji", "name": "tada"}]},
            "unsupported type: emoji [json-pointer:/blocks/0/elements/0/elements/0/type]",
        ),
    ],
)
def test_rich_text_refused(element: Json, sentence: str) -> None:
    assert of_block(rich(element)) == [sentence]


@pytest.mark.parametrize(
    ("block", "in_message", "in_modal", "in_home"),
    [
        (section(), True, True, True),
        (words(), True, True, True),
        (ASKED, True, True, True),
        (TABLE, True, False, True),
        (MARKDOWN, True, False, False),
        (ALERT, False, True, False),
        ({"type": "file", "external_id": "x", "source": "remote"}, False, False, False),
    ],
)
def test_surfaces(block: Json, in_message: bool, in_modal: bool, in_home: bool) -> None:  # noqa: FBT001 - a table
    refused = [f"unsupported type: {block['type']} [json-pointer:/blocks/0/type]"]
    refused_in_view = [f"unsupported type: {block['type']} [json-pointer:/view/blocks/0/type]"]

    assert of_block(block) == ([] if in_message else refused)
    assert of_view(modal(block)) == ([] if in_modal else refused_in_view)
    assert of_view(home(block)) == ([] if in_home else refused_in_view)
