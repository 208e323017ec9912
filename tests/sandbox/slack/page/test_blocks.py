"""Every block is drawn: what it says can be read, what it offers can be used, and nothing becomes a tag."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.sandbox.slack.limits_elements import IN_INPUT
from tests.sandbox.slack.kit import (
    actions,
    asks,
    button,
    mrkdwn,
    option,
    plain,
    rich,
    section,
    words,
)
from tests.sandbox.slack.page.conftest import drawn
from tests.sandbox.slack.page.parsed import Tag

Json = dict[str, Any]
CONFIRM = {"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes"), "deny": plain("No")}
POINTS = [{"label": "Mon", "value": 3}, {"label": "Tue", "value": 0}]
AXES = {"categories": ["Mon", "Tue"], "y_label": "open"}


def chart(kind: str) -> Json:
    shown: Json = {"type": kind, "series": [{"name": "score", "data": POINTS}], "axis_config": AXES}
    if kind == "pie":
        shown = {"type": "pie", "segments": [{"label": "score", "value": 3}]}
    return {"type": "data_visualization", "title": "Trend", "chart": shown}


def raw(text: str) -> Json:
    return {"type": "raw_text", "text": text}


BLOCKS: dict[str, Json] = {
    "header": {"type": "header", "text": plain("Words")},
    "section": section(),
    "fields": {"type": "section", "fields": [mrkdwn(), plain("More")]},
    "context": {"type": "context", "elements": [mrkdwn(), plain("x")]},
    "actions": actions(button()),
    "alert": {"type": "alert", "level": "warning", "text": mrkdwn()},
    "divider": {"type": "divider"},
    "image": {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "Words"},
    "rich_text": words(),
    "table": {"type": "table", "rows": [[raw("Words"), raw("b")], [raw("c"), words("d")]]},
    "data_table": {
        "type": "data_table",
        "caption": "Words",
        "rows": [[raw("a"), raw("b")], [raw("c"), {"type": "raw_number", "value": 4, "text": "4"}]],
    },
    **{kind: chart(kind) for kind in ("line", "bar", "area", "pie")},
}
TYPED = (
    *("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"),
    *("datepicker", "timepicker", "datetimepicker", "users_select", "channels_select"),
    *("conversations_select", "external_select", "multi_users_select", "multi_external_select"),
)
CHOSEN = ("static_select", "multi_static_select", "checkboxes", "radio_buttons")


def element(kind: str) -> Json:
    more: Json = {"options": [option(), option("two", "Two")]} if kind in (*CHOSEN, "overflow") else {}
    more |= {"is_decimal_allowed": False} if kind == "number_input" else {}
    return {"type": kind, "action_id": "it", **more}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_blocks_are_drawn(block: Json) -> None:
    shown = drawn(block)
    assert not unsupported(shown)
    if block["type"] not in ("divider", "data_visualization"):
        assert "Words" in shown.text


@pytest.mark.parametrize("kind", [*TYPED, *CHOSEN])
def test_inputs_are_drawn_with_their_label(kind: str) -> None:
    assert not list(IN_INPUT(element(kind), ""))
    shown = drawn(asks(element(kind), hint=plain("A hint")))
    assert not unsupported(shown)
    if kind in ("checkboxes", "radio_buttons"):
        assert "Words" in shown.one("legend").text
        return
    control = shown.one(next(shown.every(id=shown.one("label").attributes["for"])).name)
    assert "Words" in shown.one("label").text
    assert "required" in control.attributes
    described = control.attributes["aria-describedby"].split()
    assert [next(shown.every(id=it)).text for it in described] == ["A hint", ""]
    assert "data-tells" not in control.attributes


@pytest.mark.parametrize("kind", ["overflow", "static_select", "datepicker", "checkboxes", "users_select"])
def test_elements_of_messages_tell_the_app_at_once(kind: str) -> None:
    shown = drawn(actions(element(kind)))
    telling = [it for it in shown.every() if "data-tells" in it.attributes]
    assert telling
    assert {it.attributes["data-action"] for it in telling} == {"it"}


def test_what_is_chosen_and_grouped_is_shown() -> None:
    groups = [{"label": plain("Group"), "options": [option(), option("two", "Two")]}]
    menu: Json = {"type": "static_select", "action_id": "it", "placeholder": plain("Choose")}
    menu |= {"option_groups": groups, "initial_option": option("two", "Two")}
    shown = drawn(actions(menu))
    assert shown.one("select").attributes["aria-label"] == "Choose"
    assert shown.one("optgroup").attributes["label"] == "Group"
    assert [it.text for it in shown.every("option") if "selected" in it.attributes] == ["Two"]


def test_buttons_have_their_style_their_question_and_their_address() -> None:
    danger: Json = button("drop", style="danger", confirm=CONFIRM, accessibility_label="Drop it")
    away = button("go", url="https://example.com")
    shown = drawn(actions(danger, away, button("bad", url="javascript:alert(1)")))
    pressed = shown.one("button")
    assert pressed.attributes["class"] == "button danger"
    assert pressed.attributes["aria-label"] == "Drop it"
    assert '"text": "Really"' in pressed.attributes["data-confirm"]
    assert [it.attributes["href"] for it in shown.every("a")] == ["https://example.com", "#"]


def test_rich_text_in_all_its_forms() -> None:
    styled = [
        {"type": "text", "text": "<b>", "style": {"bold": True, "italic": True, "strike": True}},
        {"type": "text", "text": "x", "style": {"code": True}},
        {"type": "link", "url": "https://example.com", "text": "there"},
        {"type": "emoji", "name": "x"},
        {"type": "broadcast", "range": "here"},
        {"type": "color", "value": "#fff"},
    ]
    item = {"type": "rich_text_section", "elements": styled}
    shown = drawn(
        rich(
            item,
            {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [item, item]},
            {"type": "rich_text_list", "style": "bullet", "elements": [item]},
            {"type": "rich_text_quote", "elements": styled},
            {"type": "rich_text_preformatted", "elements": styled},
        )
    )
    assert {it.name for it in shown.every()} >= {
        *("strong", "em", "s", "code", "a", "ol", "ul", "li", "blockquote", "pre")
    }
    assert "<b>xthere❌@here#fff" in shown.text
    assert len(list(shown.every("li"))) == 3


def test_a_chart_says_in_a_table_what_it_draws() -> None:
    shown = drawn(chart("line"))
    rows = [[cell.text for cell in row.every() if cell.name in ("th", "td")] for row in shown.every("tr")]
    assert rows == [["", "score"], ["Mon", "3"], ["Tue", "0"]]
    assert "Trend" in shown.one("figcaption").text


def test_what_is_not_known_is_named_with_its_words() -> None:
    shown = drawn({"type": "video", "title": plain("A film"), "alt_text": "of a cat"}, actions(button()))
    assert unsupported(shown) == ["unsupported block: video"]
    assert "A film" in shown.text


def test_every_block_and_element_of_the_app_is_drawn() -> None:
    sources = (Path(__file__).parents[4] / "handlers").rglob("*.py")
    named = {
        it for file in sources for it in re.findall(r'"type": "(\w+)"', file.read_text(encoding="utf-8"))
    }
    drawn_here = {block["type"] for block in BLOCKS.values()} | {"input", "button", "overflow"}
    others = {"mrkdwn", "plain_text", "modal", "home", "raw_text", "raw_number", "line", "bar", "area", "pie"}
    others |= {"rich_text_section", "text"}
    assert named
    assert named <= {*drawn_here, *TYPED, *CHOSEN, *others}


HOSTILE = st.one_of(
    st.sampled_from(
        ["<script>alert(1)</script>", '" onload="x', "'><img src=x onerror=y>", "</title><b>", "{{ 7*7 }}"]
    ),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
)


def tags(word: str) -> list[tuple[str, frozenset[str]]]:
    return [(it.name, frozenset(it.attributes)) for it in drawn(*said(word)).every()]


def said(word: str) -> list[Json]:
    """Blocks that hold a word everywhere where it is shown as it is."""
    literal = {"type": "plain_text", "text": word, "emoji": False}
    menu = {**element("static_select"), "options": [{"text": literal, "value": word}], "placeholder": literal}
    boxes = {**element("checkboxes"), "action_id": word, "options": [{"text": literal, "value": word}]}
    series = [{"name": word, "data": [{"label": word, "value": 1}]}]
    lines = {"type": "line", "series": series, "axis_config": {"categories": [word], "x_label": word}}
    confirm = {**CONFIRM, "text": literal}
    return [
        {"type": "header", "text": literal},
        {"type": "section", "text": literal, "fields": [literal], "accessory": boxes},
        {"type": "actions", "elements": [{**button(word), "text": literal, "confirm": confirm}, menu]},
        {"type": "input", "label": literal, "hint": literal, "element": {**menu, "action_id": f"x{word}"}},
        {"type": "image", "alt_text": word, "title": literal, "image_url": f"https://example.com/{word}"},
        {"type": "data_visualization", "title": word, "chart": lines},
        {"type": "data_table", "caption": word, "rows": [[raw(word)], [raw(word)]]},
        words(word),
    ]


HARMLESS = tags("word")


@given(HOSTILE)
def test_no_text_becomes_markup(text: str) -> None:
    assert tags(text) == HARMLESS


def unsupported(shown: Tag) -> list[str]:
    return [it.text for it in shown.every(class_="unsupported")]
