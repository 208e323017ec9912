import pytest

from tests.sandbox.slack.kit import (
    Json,
    actions,
    asks,
    button,
    mrkdwn,
    of_block,
    option,
    options,
    plain,
    words,
)

CONFIRM = {
    "title": plain("x" * 100),
    "text": mrkdwn("x" * 300),
    "confirm": plain("x" * 30),
    "deny": plain("No"),
}
BOXED = {"text": mrkdwn(), "value": "one", "description": mrkdwn()}
ELEMENT = "/blocks/0/elements/0"
TYPED = "/blocks/0/element"


def menu(kind: str = "static_select", **more: object) -> Json:
    return {"type": kind, "action_id": "chosen", **more}


def typed(kind: str = "plain_text_input", **more: object) -> Json:
    return {"type": kind, "action_id": "typed", **more}


@pytest.mark.parametrize(
    "element",
    [
        button("x" * 255, text=plain("x" * 75), value="x" * 2000, style="danger", confirm=CONFIRM),
        button(url="https://example.org/" + "x" * 2980, accessibility_label="x" * 75),
        button(url="slack://channel?id=C1"),
        menu(options=options(100), placeholder=plain("x" * 150), initial_option=options(1)[0]),
        menu(option_groups=[{"label": plain("x" * 75), "options": options(100)}], focus_on_load=True),
        menu("multi_static_select", options=options(2), initial_options=options(2), max_selected_items=1),
        menu(options=[option("x" * 150, "x" * 75, description=plain("x" * 75))]),
        menu("external_select", min_query_length=0),
        menu("users_select", initial_user="U1"),
        menu("conversations_select", filter={"include": ["im", "public"], "exclude_bot_users": True}),
        menu("channels_select", initial_channel="C1"),
        menu("multi_users_select", initial_users=["U1"]),
        menu("multi_external_select"),
        menu("multi_channels_select", confirm=CONFIRM),
        menu("multi_conversations_select", default_to_current_conversation=True),
        menu("overflow", options=options(5)),
        menu("radio_buttons", options=[BOXED], initial_option=BOXED),
        menu("checkboxes", options=options(10), initial_options=options(2)),
        menu("datepicker", initial_date="2026-12-31"),
        menu("timepicker", initial_time="23:59", timezone="Europe/Berlin"),
        menu("datetimepicker", initial_date_time=1_800_000_000),
        menu("rich_text_input", initial_value=words()),
    ],
)
def test_taken_among_actions(element: Json) -> None:
    assert of_block(actions(element)) == []


@pytest.mark.parametrize(
    "element",
    [
        typed(min_length=3000, max_length=3000, initial_value="", multiline=True, placeholder=plain()),
        typed(initial_value="x" * 3000, dispatch_action_config={"trigger_actions_on": ["on_enter_pressed"]}),
        typed("number_input", is_decimal_allowed=True, min_value="-1.5", max_value="180"),
        typed("email_text_input", initial_value="sre@example.org"),
        typed("url_text_input", placeholder=plain("x" * 150)),
        menu("radio_buttons", options=options(10)),
    ],
)
def test_taken_in_an_input(element: Json) -> None:
    assert of_block(asks(element)) == []


@pytest.mark.parametrize(
    ("element", "sentence"),
    [
        (button("x" * 256), f"must be less than 256 characters [json-pointer:{ELEMENT}/action_id]"),
        (button(""), f"must be more than 0 characters [json-pointer:{ELEMENT}/action_id]"),
        (
            button(text=plain("x" * 76)),
            f"must be less than 76 characters [json-pointer:{ELEMENT}/text/text]",
        ),
        (button(text=mrkdwn()), f"unsupported type: mrkdwn [json-pointer:{ELEMENT}/text/type]"),
        (button(value="x" * 2001), f"must be less than 2001 characters [json-pointer:{ELEMENT}/value]"),
        (button(value=7), f"must provide a string [json-pointer:{ELEMENT}/value]"),
        (
            button(url="https://" + "x" * 2993),
            f"must be less than 3001 characters [json-pointer:{ELEMENT}/url]",
        ),
        (button(url="example.org"), f"must be a valid URL [json-pointer:{ELEMENT}/url]"),
        (button(style="default"), f"must be a valid enum value [json-pointer:{ELEMENT}/style]"),
        (
            button(confirm={**CONFIRM, "title": plain("x" * 101)}),
            f"must be less than 101 characters [json-pointer:{ELEMENT}/confirm/title/text]",
        ),
        (
            button(confirm={**CONFIRM, "deny": plain("x" * 31)}),
            f"must be less than 31 characters [json-pointer:{ELEMENT}/confirm/deny/text]",
        ),
        (
            button(confirm={"title": plain(), "text": plain(), "confirm": plain()}),
            f"missing required field: deny [json-pointer:{ELEMENT}/confirm]",
        ),
        (menu(), f"must define either `options` or `option_groups` [json-pointer:{ELEMENT}]"),
        (
            menu(options=options(1), option_groups=[{"label": plain(), "options": options(1)}]),
            f"must define either `options` or `option_groups` [json-pointer:{ELEMENT}]",
        ),
        (menu(options=["one"]), f"must provide an object [json-pointer:{ELEMENT}/options/0]"),
        (menu(options=[]), f"must provide at least 1 items [json-pointer:{ELEMENT}/options]"),
        (
            menu(options=options(101)),
            f"no more than 100 items allowed [json-pointer:{ELEMENT}/options]",
        ),
        (
            menu(options=[option("x" * 151)]),
            f"must be less than 151 characters [json-pointer:{ELEMENT}/options/0/value]",
        ),
        (
            menu(options=[option("")]),
            f"must be more than 0 characters [json-pointer:{ELEMENT}/options/0/value]",
        ),
        (
            menu(options=[option(text="x" * 76)]),
            f"must be less than 76 characters [json-pointer:{ELEMENT}/options/0/text/text]",
        ),
        (
            menu(options=[option(url="https://example.org")]),
            f"invalid additional property: url [json-pointer:{ELEMENT}/options/0]",
        ),
        (
            menu(options=options(1), initial_option=option("other")),
            f"must be one of the options [json-pointer:{ELEMENT}/initial_option]",
        ),
        (
            menu(options=options(1), placeholder=plain("x" * 151)),
            f"must be less than 151 characters [json-pointer:{ELEMENT}/placeholder/text]",
        ),
        (
            menu("multi_static_select", options=options(1), initial_options=options(2)),
            f"must be one of the options [json-pointer:{ELEMENT}/initial_options/1]",
        ),
        (
            menu("multi_users_select", max_selected_items=0),
            f"must be greater than or equal to 1 [json-pointer:{ELEMENT}/max_selected_items]",
        ),
        (
            menu("conversations_select", filter={}),
            f"must define at least one filter [json-pointer:{ELEMENT}/filter]",
        ),
        (
            menu("overflow", options=options(6)),
            f"no more than 5 items allowed [json-pointer:{ELEMENT}/options]",
        ),
        (
            menu("checkboxes", options=options(11)),
            f"no more than 10 items allowed [json-pointer:{ELEMENT}/options]",
        ),
        (
            menu("datepicker", initial_date="31.12.2026"),
            f"must be a valid date [json-pointer:{ELEMENT}/initial_date]",
        ),
        (
            menu("timepicker", initial_time="24:00"),
            f"must be a valid time [json-pointer:{ELEMENT}/initial_time]",
        ),
        (
            menu("datetimepicker", initial_date_time=1.5),
            f"must provide an integer [json-pointer:{ELEMENT}/initial_date_time]",
        ),
        (typed(), f"unsupported type: plain_text_input [json-pointer:{ELEMENT}/type]"),
    ],
)
def test_refused_among_actions(element: Json, sentence: str) -> None:
    assert of_block(actions(element)) == [sentence]


@pytest.mark.parametrize(
    ("element", "sentence"),
    [
        (
            typed(min_length=3001),
            f"must be less than or equal to 3000 [json-pointer:{TYPED}/min_length]",
        ),
        (
            typed(max_length=0),
            f"must be greater than or equal to 1 [json-pointer:{TYPED}/max_length]",
        ),
        (
            typed(min_length=10, max_length=9),
            f"must be less than or equal to `max_length` [json-pointer:{TYPED}/min_length]",
        ),
        (
            typed(initial_value="x" * 3001),
            f"must be less than 3001 characters [json-pointer:{TYPED}/initial_value]",
        ),
        (
            typed("number_input"),
            f"missing required field: is_decimal_allowed [json-pointer:{TYPED}]",
        ),
        (
            typed("number_input", is_decimal_allowed=False, min_value=1),
            f"must provide a string [json-pointer:{TYPED}/min_value]",
        ),
        (
            typed("number_input", is_decimal_allowed=False, max_value="many"),
            f"must be a valid number [json-pointer:{TYPED}/max_value]",
        ),
        (menu("overflow", options=options(1)), f"unsupported type: overflow [json-pointer:{TYPED}/type]"),
    ],
)
def test_refused_in_an_input(element: Json, sentence: str) -> None:
    assert of_block(asks(element)) == [sentence]
