"""The form of a schedule, and what a submitted one says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from deploy.sandbox.slack.acting.state import initial_values
from deploy.sandbox.slack.blocks import elements
from deploy.sandbox.slack.limits import view_problem
from handlers.ports import Cluster
from handlers.render import schedule_form
from handlers.render.message import Form
from handlers.render.schedule_submission import Submitted, read
from handlers.request import Asker
from handlers.schedules.intents import Plan, Replan
from handlers.schedules.model import Mode, Schedule, Selection, Timing
from tests.handlers.render.accepted import ASKER
from tests.handlers.render.judged import anything, names, texts
from tests.handlers.render.scheduled import CLUSTERS, DAILY, EVERY, FORM
from tests.handlers.render.shown import commands

TEXT = "plain_text_input"


def submitted(form: Form, **values: dict[str, Any]) -> Submitted:
    """Submit a form as it was opened, but for some values."""
    state = initial_values(form.view["blocks"], "C1")
    for name, value in values.items():
        state[name] = {name: value}
    return read({**form.view, "state": {"values": state}})


def chosen(*values: str) -> dict[str, Any]:
    return {"type": "multi_static_select", "selected_options": [{"value": value} for value in values]}


def one(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": {"value": value}}


def options(form: Form, name: str) -> list[str]:
    block = next(it for it in form.view["blocks"] if it.get("block_id") == name)
    return [option["value"] for element in elements(block) for option in element["options"]]


def test_what_was_said_is_filled_in() -> None:
    selection = Selection(("prod-*", "test"), "production", {"tier": "gold"})
    plan = Plan(
        selection, Timing(every=14_400, zone="Europe/Berlin"), "C024BE91L", Mode.CHANGES, alerts=False
    )
    assert submitted(schedule_form.form(plan, CLUSTERS, ASKER)) == (plan, {})


def test_without_a_word_it_is_working_days_at_nine_where_it_is_opened() -> None:
    form = schedule_form.form(Plan(Selection()), CLUSTERS, ASKER)
    plan, problems = submitted(form)
    assert (plan, problems) == (None, {"which": "Choose at least one cluster"})
    made = submitted(form, which=chosen("every"))
    assert made.plan == Plan(Selection(("*",)), Timing(cron="0 9 * * mon-fri"), "C1")


@pytest.mark.parametrize(
    "timing",
    [
        Timing(cron="0 9 * * *", zone="Asia/Kolkata"),
        Timing(cron="30 17 * * mon-fri"),
        Timing(cron="5 0 * * mon,thu"),
        Timing(cron="5 0 * * mon-wed,sat"),
        Timing(cron="0 9 1 * *"),
        Timing(cron="0 * * * *"),
        Timing(every=1_800),
        Timing(every=86_400),
    ],
    ids=str,
)
def test_a_form_that_changes_nothing(timing: Timing) -> None:
    for schedule in (DAILY, EVERY):
        kept = structs.replace(schedule, timing=timing)
        plan = submitted(schedule_form.change(kept, CLUSTERS, ASKER)).plan
        assert plan == Plan(kept.selection, timing, kept.channel, kept.mode, kept.alerts, kept.id)


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"which": chosen()}, "which", "Choose at least one cluster"),
        (
            {"which": chosen('rule {"environment":"production"}', 'rule {"environment":"staging"}')},
            "which",
            "One environment only",
        ),
        ({"at": {"type": "timepicker", "selected_time": None}}, "at", "Choose a time"),
        ({"when": one("days")}, "days", "Choose at least one day"),
        ({"when": one("free")}, "free", "Write an interval such as 4h"),
        ({"when": one("free"), "free": {"type": TEXT, "value": "1m"}}, "free", "is too often"),
        (
            {"when": one("free"), "free": {"type": TEXT, "value": "* * * * *"}},
            "free",
            "the shortest is 5 min",
        ),
        ({"when": one("free"), "free": {"type": TEXT, "value": "soon <!here>"}}, "free", "says no time"),
        ({"days": chosen("tue")}, "when", "Days are chosen below"),
        ({"free": {"type": TEXT, "value": "4h"}}, "when", "An interval or crontab is written below"),
        ({"zone": {"type": TEXT, "value": "Europe/Berln"}}, "zone", "Europe/Berlin"),
        ({"zone": {"type": TEXT, "value": ""}}, "zone", "no time zone"),
        ({"channel": {"type": "conversations_select", "selected_conversation": None}}, "channel", "Choose a"),
        (
            {"mode": one("only-alerts"), "alerts": {"type": "checkboxes", "selected_options": []}},
            "mode",
            "nothing would be posted",
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_field(values: dict[str, Any], field: str, words: str) -> None:
    plan, problems = submitted(FORM, **values)
    assert plan is None
    assert list(problems) == [field]
    assert words in problems[field]
    assert "`" not in problems[field]  # it is shown as it is


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = {
        "which": chosen(),
        "zone": {"type": TEXT, "value": "x"},
        "channel": {"selected_conversation": None},
    }
    assert set(submitted(FORM, **wrong).problems) == {"which", "zone", "channel"}


def test_what_an_old_schedule_leaves_in_the_form_says_nothing() -> None:
    twice = structs.replace(DAILY, timing=Timing("0 9 * * mon,thu"))
    made = submitted(schedule_form.change(twice, CLUSTERS, ASKER), when=one("daily")).plan
    assert made
    assert made.timing == Timing("0 9 * * *")


def test_a_form_says_where_it_was_opened_and_what_it_is_about() -> None:
    form = schedule_form.change(DAILY, CLUSTERS, ASKER)
    assert '"thread_ts": "1.2"' in form.view["private_metadata"]
    assert '"id": "s-7f3a9c"' in form.view["private_metadata"]


@pytest.mark.parametrize(
    "selection",
    [
        Selection(("prod-*",), "production", {"app.kubernetes.io/part-of": "shop" * 15, "tier": "gold" * 15}),
        Selection(("test", "prod-" + "?" * 160)),
        Selection(("prod-" + "?" * 160,), "e" * 160),
    ],
)
def test_what_is_too_long_for_an_option_is_not_lost_by_an_edit(selection: Selection) -> None:
    plan = Plan(selection, Timing("0 9 * * *"), "C1", id="s-1")
    form = schedule_form.form(plan, CLUSTERS, ASKER)
    assert view_problem(form.view) is None
    made = submitted(form).plan
    assert made
    assert (*sorted(made.selection.clusters), made.selection.environment, made.selection.labels) == (
        *sorted(selection.clusters),
        selection.environment,
        selection.labels,
    )
    without = submitted(form, which=chosen("every")).plan
    assert without
    assert without.selection == Selection(("*",))


def test_of_many_clusters_those_that_are_meant_are_there_and_the_rest_is_counted() -> None:
    many = [Cluster(f"c-{number}", (), "edge") for number in range(200)]
    form = schedule_form.form(Plan(Selection(("c-199",))), many, ASKER)
    offered = options(form, "which")
    assert len(offered) == 100
    assert offered[:3] == ["cluster c-199", "every", 'rule {"environment":"edge"}']
    assert "102 clusters did not fit here" in str(form.view["blocks"])
    assert submitted(form).plan is not None


def test_where_no_form_opens_a_button_does() -> None:
    plan = Plan(DAILY.selection, DAILY.timing)
    assert commands(schedule_form.unopened(Replan("s-7f3a9c"))) == {"Open the form": "edit s-7f3a9c"}
    assert 'at:"daily 09:00 Europe/Berlin"' in commands(schedule_form.unopened(plan))["Open the form"]
    long = structs.replace(plan, selection=Selection(tuple(f"cluster-{number}" for number in range(400))))
    assert (
        commands(schedule_form.unopened(long))["Open the form"] == 'schedule at:"daily 09:00 Europe/Berlin"'
    )


@anything
@given(
    st.lists(
        st.builds(Cluster, names, st.just(()), texts.map(str.strip)),
        min_size=1,
        max_size=9,
        unique_by=lambda it: it.name,
    ),
    st.lists(texts.filter(bool), max_size=3, unique=True).map(tuple),
    texts,
    texts,
)
def test_slack_takes_whatever_form_there_is(
    clusters: list[Cluster], patterns: tuple[str, ...], environment: str, said: str
) -> None:
    plan = Plan(Selection(patterns, environment, {"tier": said}), None, f"#{said}")
    for form in (
        schedule_form.form(plan, clusters, ASKER),
        schedule_form.form(plan, clusters, Asker("U1", "C1", response_url=said * 50)),
        schedule_form.change(kept(plan), clusters, ASKER),
    ):
        assert view_problem(dict(form.view)) is None


def kept(plan: Plan) -> Schedule:
    return structs.replace(DAILY, selection=plan.selection)
