"""What fits into a message."""

from hypothesis import given
from hypothesis import strategies as st

from deploy.sandbox.slack.limits import message_problem
from handlers.render.budget import BLOCKS, BYTES, TEXT, Row, fit, message, share, size, squeezed
from handlers.render.elements import actions, button, context, divider, preformatted, section
from handlers.render.message import Message
from tests.bot.output.strategies import texts

ROWS = st.lists(st.lists(texts.map(section), min_size=1, max_size=3), max_size=60)


def taken(made: Message) -> bool:
    """Whether a message is within our bounds, and Slack takes it."""
    within = (
        made.text and len(made.text) <= TEXT and len(made.blocks) <= BLOCKS and size(made.blocks) <= BYTES
    )
    return bool(within) and message_problem({"text": made.text, "blocks": list(made.blocks)}) is None


def left_out(number: int) -> Row:
    return [context(f"{number} more")]


@given(ROWS, st.integers(1, 30), st.integers(0, 60))
def test_what_is_shown_and_what_is_left_out_are_all(rows: list[Row], long: int, most: int) -> None:
    rows = [[section(block["text"]["text"] * long) for block in row] for row in rows]
    head, tail = [section("head")], [section("tail")]
    made, shown = fit("text", head, rows, tail, left_out, most)
    flat = [block for row in rows[:shown] for block in row]
    rest = [] if shown == len(rows) else left_out(len(rows) - shown)
    assert list(made.blocks) == [*head, *flat, *rest, *tail]
    assert taken(made)
    assert shown <= most


def test_as_much_is_shown_as_fits() -> None:
    rows = [[section("x" * 900)] for _ in range(20)]
    made, shown = fit("text", [], rows, [], left_out)
    assert shown == 8
    assert size(made.blocks) + size(rows[0]) > BYTES


def test_all_of_few_rows_is_shown_without_a_word() -> None:
    made, shown = fit("text", [], [[section("a")], [section("b")]], [], left_out)
    assert (shown, len(made.blocks)) == (2, 2)


def test_what_cannot_fit_is_left_out_and_said() -> None:
    made = message("text", [section("a"), section("界" * 3000), section("b")])
    assert [block["type"] for block in made.blocks] == ["section", "section", "context"]
    assert taken(made)


def test_at_most_fifty_blocks() -> None:
    made = message("text", [divider()] * 60)
    assert len(made.blocks) == BLOCKS
    assert made.blocks[-1]["type"] == "context"


@given(texts.map(lambda text: text * 500))
def test_any_text_is_cut_to_what_slack_takes(text: str) -> None:
    assert taken(message(text, [section(text)]))
    assert taken(message(text, [context(text, "", text), preformatted(text)]))
    assert taken(
        message(text, [actions(button(text, f"list {text}"), button("b", text + "b", primary=True))])
    )


@given(texts, st.integers(400, 2000))
def test_a_section_is_squeezed_into_its_share(text: str, room: int) -> None:
    beside = button("Waive", "waive cluster-a")
    assert size([squeezed(text * 100, room)]) <= room
    assert size([squeezed(text * 100, room, beside)]) <= room


def test_shares_fill_what_the_blocks_around_leave() -> None:
    head = [section("head")]
    assert share(10, head) == (BYTES - size(head)) // 10
    assert share(0, head) == BYTES - size(head)


def test_a_buttons_name_is_its_command_also_where_it_is_long() -> None:
    short, long, other = button("a", "list"), button("a", "x" * 300), button("a", "x" * 301)
    assert short["action_id"] == "say:list"
    assert len(long["action_id"]) == 255
    assert long["action_id"] != other["action_id"]
