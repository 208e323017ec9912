import pytest

from deploy.sandbox.slack.limits import Problem, view_problem
from tests.sandbox.slack.kit import Json, asks, home, modal, mrkdwn, of_view, plain, section

ASKED = asks({"type": "plain_text_input"})


def without(view: Json, *names: str) -> Json:
    return {name: value for name, value in view.items() if name not in names}


@pytest.mark.parametrize(
    "view",
    [
        modal(ASKED, title=plain("x" * 24), submit=plain("x" * 24), close=plain("x" * 24)),
        without(modal(section()), "submit"),
        modal(
            callback_id="x" * 255,
            private_metadata="x" * 3000,
            external_id="x" * 255,
            clear_on_close=True,
            notify_on_close=False,
        ),
        modal(*[{"type": "divider"}] * 100, private_metadata="", callback_id=""),
        home(),
        home(ASKED),
        {**home(section()), "callback_id": "home", "private_metadata": "x"},
    ],
)
def test_taken(view: Json) -> None:
    assert of_view(view) == []


@pytest.mark.parametrize(
    ("view", "sentence"),
    [
        ({}, "missing required field: type [json-pointer:/view]"),
        ({"type": "dialog"}, "unsupported type: dialog [json-pointer:/view/type]"),
        (without(modal(), "title"), "missing required field: title [json-pointer:/view]"),
        (without(home(), "blocks"), "missing required field: blocks [json-pointer:/view]"),
        (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(title=mrkdwn()), "unsupported type: mrkdwn [json-pointer:/view/title/type]"),
        (modal(submit=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/submit/text]"),
        (modal(close=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/close/text]"),
        (modal(callback_id="x" * 256), "must be less than 256 characters [json-pointer:/view/callback_id]"),
        (
            modal(private_metadata="x" * 3001),
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        (modal(private_metadata={}), "must provide a string [json-pointer:/view/private_metadata]"),
        (
            modal(*[{"type": "divider"}] * 101),
            "no more than 100 items allowed [json-pointer:/view/blocks]",
        ),
        (
            without(modal(section(), ASKED), "submit"),
            "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/1/input]",
        ),
        (modal(id="V1"), "invalid additional property: id [json-pointer:/view]"),
        ({**home(), "title": plain()}, "invalid additional property: title [json-pointer:/view]"),
        (
            modal(section(block_id="a"), section(block_id="a")),
            '`block_id` "a" already exists [json-pointer:/view/blocks/1/block_id]',
        ),
    ],
)
def test_refused(view: Json, sentence: str) -> None:
    assert of_view(view) == [sentence]


def test_more_than_250_kb() -> None:
    assert view_problem(modal(*[section("x" * 2400)] * 100)) is None
    assert view_problem(modal(*[section("x" * 2500)] * 100)) == Problem("view_too_large")
