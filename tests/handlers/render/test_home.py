"""The Home tab: each of its states, and what holds of it whatever clusters and people are called."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from checks.errors import ReadinessError, StoreError
from checks.model import Verdict
from checks.summary import Summary
from deploy.sandbox.slack.limits import view_problem
from handlers.grammar import parse
from handlers.intents import Home, Unclear
from handlers.ports import Acceptance, Cluster, Viewer
from handlers.render import home
from handlers.render.budget import TAB_BLOCKS, TAB_BYTES
from handlers.render.elements import VALUE_MOST
from handlers.render.message import Message, Tab
from handlers.render.parts import VERDICT_MARKS
from handlers.render.standing import Newest, way
from tests.bot.output.sample import NOW
from tests.handlers.render.accepted import ATTESTED, CONFIGURED, WAIVED, WHOLE
from tests.handlers.render.judged import anything, assert_literal, names, texts
from tests.handlers.render.shown import assert_golden_text, buttons, commands, shown
from tests.handlers.render.test_tables import run, summaries

ALICE = Viewer("U1")
FALLING = [run(number, Verdict.NOT_READY, 64 + number, 1_014 - number) for number in range(8)]
ROWS: list[Newest] = [
    (Cluster("staging", environment="staging"), run(0, Verdict.READY, 91, 2)),
    (Cluster("prod-us", environment="production"), run(9, Verdict.UNDETERMINED, None, 3)),
    (Cluster("new"), None),
    (Cluster("prod-eu", ("eu",), "production"), FALLING[0]),
    (Cluster("old", environment="staging"), run(300, Verdict.READY, 95, 1)),
]
RUNS: dict[str, Sequence[Summary | None]] = {
    "prod-eu": FALLING,
    "prod-us": [run(9, Verdict.UNDETERMINED, None, 3)],
    "staging": [ROWS[0][1]],
}
MARKS = (*VERDICT_MARKS.values(), ":white_circle:")
HELD = [CONFIGURED, WAIVED, ATTESTED]


def drawn(
    rows: Sequence[Newest] = ROWS,
    held: Sequence[Acceptance] = (),
    viewer: Viewer = ALICE,
    now: datetime = NOW,
    runs: Mapping[str, Sequence[Summary | None]] = RUNS,
) -> Tab:
    ways = {name: way([it for it in several if it], now) for name, several in runs.items()}
    return home.tab(rows, ways, held, viewer, now)


def read(tab: Tab) -> str:
    return shown(as_message(tab))


def as_message(tab: Tab) -> Message:
    return Message("", [*tab.blocks, tab.dated])


def test_the_worst_cluster_first_with_what_ends_soon() -> None:
    assert_golden_text("home", read(drawn(held=HELD)))


def test_an_environment() -> None:
    assert_golden_text("home-production", read(drawn(viewer=Viewer("U1", "Production"))))


@pytest.mark.parametrize(
    ("name", "rows"),
    [("home-first", [(Cluster("new"), None), (Cluster("prod", (), "production"), None)]), ("home-none", [])],
)
def test_who_has_nothing_to_see_yet_is_told_what_to_do(name: str, rows: list[Newest]) -> None:
    assert_golden_text(name, read(drawn(rows)))


def test_an_environment_that_is_gone_leads_back_to_all() -> None:
    tab = drawn(viewer=Viewer("U1", "test & <!here>"))
    assert "You may view none in test &amp; &lt;!here&gt;." in read(tab)
    assert "All environments: home," in read(tab)


def test_a_menu_is_there_where_it_can_choose_something() -> None:
    same: list[Newest] = [(Cluster(name, (), "prod"), None) for name in "ab"]
    assert " of All" not in read(drawn(same))
    assert " of All" in read(drawn([*same, (Cluster("c"), None)]))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StoreError("the store at /run/secret is away"), "the store cannot be used just now"),
        (ReadinessError("`x` is *wrong*"), "`x` is `*wrong*`"),
    ],
)
def test_why_nothing_can_be_shown(error: ReadinessError, words: str) -> None:
    tab = home.failed(error, NOW)
    assert words in read(tab)
    assert "secret" not in read(tab)
    assert commands(as_message(tab)) == {"Try again": "home"}
    assert view_problem(json.loads(json.dumps(tab.view))) is None


def test_each_of_hundreds_of_clusters_is_on_some_page() -> None:
    rows: list[Newest] = [(Cluster(f"cluster-{number}", (), "x"), None) for number in range(300)]
    tabs = [drawn(rows, viewer=Viewer("U1", "x", page)) for page in range(1, 16)]
    offered = [button["value"] for tab in tabs for button in buttons(as_message(tab))]
    assert {said for said in offered if said.startswith("check ")} == {f"check {it.name}" for it, _ in rows}
    assert "21 to 40 of 300 clusters" in read(tabs[1])
    turns = {"Previous": "home environment:x", "Next": "home environment:x page:3"}
    assert turns.items() <= commands(as_message(tabs[1])).items()


def test_only_what_ends_soon_on_a_cluster_that_is_shown() -> None:
    later = structs.replace(WHOLE, until=NOW + timedelta(days=15))
    elsewhere = structs.replace(WHOLE, cluster="secret", until=NOW + timedelta(days=1))
    pattern = structs.replace(CONFIGURED, cluster="*")
    assert "Ending soon" not in read(drawn(held=[later, elsewhere]))
    assert "`prod-us`, `new`, `prod-eu` and 1 more" not in read(drawn(held=[later, pattern]))
    assert "*`staging`, `prod-us`, `new` and 2 more*" in read(drawn(held=[later, pattern]))
    assert "Ending soon" not in read(drawn(held=[WAIVED], viewer=Viewer("U1", "staging")))
    told = read(drawn(held=[structs.replace(WAIVED, id=f"w-{number}") for number in range(8)]))
    assert "8 acceptances within 14 days" in told
    assert told.count("[Edit: ") == 5
    assert "| and 3 more acceptances" in told


def test_a_tab_is_another_one_when_something_happened_and_not_before() -> None:
    tab, later = drawn(held=HELD), drawn(held=HELD, now=NOW + timedelta(hours=1))
    assert tab.digest == later.digest
    assert tab.view != later.view
    assert drawn(now=NOW + timedelta(days=2)).digest != drawn().digest, "it has become old"
    assert drawn(held=HELD[1:]).digest != tab.digest
    better = [(cluster, last and structs.replace(last, score=99)) for cluster, last in ROWS]
    assert drawn(better).digest != drawn().digest


accepted = st.builds(
    Acceptance,
    cluster=names,
    by=texts,
    reason=texts,
    until=st.datetimes(NOW.replace(tzinfo=None), datetime(2026, 12, 31)).map(  # noqa: DTZ001 - made aware
        lambda it: it.replace(tzinfo=NOW.tzinfo)
    ),
    attestation=st.booleans(),
    check=st.just("cni"),
    subject=texts,
    link=texts,
    id=st.sampled_from(["", "w-7f3a9c"]),
)


@given(
    st.lists(names, min_size=1, max_size=24, unique=True),
    st.lists(texts, min_size=1, max_size=3),
    st.lists(summaries, min_size=1, max_size=40, unique_by=lambda it: it.run_id),
    st.lists(accepted, max_size=8),
    st.integers(1, 3),
)
@anything
def test_any_clusters(
    called: list[str], where: list[str], past: list[Summary], held: list[Acceptance], page: int
) -> None:
    rows: list[Newest] = [
        (Cluster(name, (), where[at % len(where)]), past[at % len(past)] if at % 4 else None)
        for at, name in enumerate(called)
    ]
    held = [structs.replace(it, cluster=called[at % len(called)]) for at, it in enumerate(held)]
    tab = drawn(rows, held, Viewer("U1", where[0], page), runs=dict.fromkeys(called, past))
    view = json.loads(json.dumps(tab.view))
    assert view_problem(view) is None
    assert len(json.dumps(view)) < TAB_BYTES + 1_000
    assert len(view["blocks"]) <= TAB_BLOCKS
    assert_literal(as_message(tab))
    chosen = home.page(rows, Viewer("U1", where[0], page)).shown
    marks = sum(
        block["type"] == "section" and block["text"]["text"].startswith(MARKS) for block in view["blocks"]
    )
    assert marks == len(chosen)
    clusters = [cluster for cluster, _ in rows]
    every = [button["value"] for button in buttons(as_message(tab))] + _choices(view)
    for said in every:
        assert len(said) == VALUE_MOST or not isinstance(parse(said, clusters), Unclear), said
    for said in _choices(view):
        wanted = parse(said, clusters)
        assert isinstance(wanted, Home)
        assert home.page(rows, Viewer("U1", wanted.environment)).total


def _choices(view: Mapping[str, Sequence[Mapping[str, Sequence[Mapping[str, object]]]]]) -> list[str]:
    menus = [
        element
        for block in view["blocks"]
        for element in block.get("elements", ())
        if element["type"] == "static_select"
    ]
    return [option["value"] for menu in menus for option in menu["options"]]  # type: ignore[attr-defined]
