"""What holds whatever is said."""

from glob import escape

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import structs

from checks.catalogue import BY_ID
from checks.model import Family, Severity
from handlers.commands import BY_WORD, COMMANDS
from handlers.grammar import parse, to_command
from handlers.intents import (
    Ask,
    Attest,
    Audit,
    Changes,
    Clusters,
    Compare,
    Edit,
    Explain,
    Export,
    Filters,
    Fix,
    Format,
    Help,
    History,
    Home,
    Intent,
    Kind,
    Question,
    Rbac,
    Run,
    Show,
    Unclear,
    Waive,
    Waivers,
    Withdraw,
)
from handlers.ports import Cluster
from handlers.schedules.crontab import WEEK
from handlers.schedules.intents import Pause, Plan, Remove, Replan, Schedules, Status, Trigger
from handlers.schedules.model import Mode, Selection, Timing
from tests.handlers.sayings.clusters import CLUSTERS
from tests.handlers.sayings.every import SAYINGS

ODD = (
    *BY_WORD,
    *BY_ID,
    *Family,
    *Severity,
    *("please", "in", "cluster", "page", "since", "last", "week", "yesterday", "3", "days", "7d", "50"),
    *("page:2", "check:replicas", "--page", "-n", "n:", "severity=high", "a,b", "a b", "diff:prod", "run:"),
    *('a"b', "a\\b", "`a`", "<a|b>", "<http://a|b>", "<@U1>", "a&amp;b", "&", "“a”", "—", "a.", "?", "*a*"),
    *("/readiness", "a\u200bb", "a\u00a0b", "продакшн", "\ud800", "arn:aws:eks:eu-west-1:1:cluster/prod"),
)
names = st.one_of(
    st.sampled_from(ODD),
    st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True),
    st.text(st.characters(exclude_categories=()), min_size=1, max_size=12),
).filter(lambda name: not any(char.isspace() for char in name) or name == "a b")
clusters = st.lists(
    st.builds(Cluster, names, st.lists(names, max_size=2).map(tuple), st.sampled_from(["", "edge", "check"])),
    min_size=2,
    max_size=4,
    unique_by=lambda cluster: cluster.name,
)
texts = st.one_of(
    st.text(),
    st.text(st.characters(exclude_categories=()), max_size=40),
    st.lists(
        st.one_of(
            st.sampled_from(ODD),
            st.sampled_from([part for said, _ in SAYINGS for part in said.split()]),
            st.sampled_from(['"', " ", ":", "=", ",", "--", "\n", "<", ">", "&lt;"]),
        ),
        max_size=8,
    ).flatmap(lambda parts: st.sampled_from([" ".join(parts), "".join(parts)])),
)

said = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=30).map(str.strip).filter(bool)
"""Words of a person or a cluster: a reason, an owner, the name of an object."""
checks = st.sampled_from([*BY_ID])
some_check = st.just("") | checks
runs = st.just("") | st.sampled_from(["20261121", "20261121-1009", "20261121-100915-7f3a"])
pages = st.integers(1, 999_999)
filters = st.builds(
    Filters,
    st.lists(st.sampled_from(Family), unique=True).map(tuple),
    st.none() | st.sampled_from(Severity),
    st.just("") | st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True),
    st.lists(checks, unique=True, max_size=4).map(tuple),
    st.just("") | said,
)
since = st.sampled_from(
    ["", "30m", "24h", "7d", "2w", "2026-11-16", "2026-11-16T09:00", "20261120-", "20261120-081200-00aa"]
)
days = st.sampled_from(["", "2026-12-05", "2027-03-31"])
fingerprints = st.just("") | st.text("0123456789abcdef", min_size=16, max_size=16)
ids = st.from_regex(r"[wa]-[0-9a-f]{6}", fullmatch=True)
made = st.from_regex(r"s-[0-9a-f]{6}", fullmatch=True)
schedules = made | st.sampled_from(["morning", "ready", "all", "Morning.EU", "page", "0"])
"""Those of Slack, and the names of readiness.yaml."""
zone = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"])
timings = st.one_of(
    st.builds(Timing, st.just(""), st.integers(1, 48).map(lambda number: number * 1800), zone),
    st.builds(
        Timing,
        st.builds(
            "{} {} * * {}".format, st.integers(0, 59), st.integers(0, 23), st.sampled_from(["*", *WEEK])
        ),
        st.just(0),
        zone,
    ),
    st.builds(Timing, st.sampled_from(["0 9 1 * *", "*/15 * * * *", "0 * * * *"]), st.just(0), zone),
)


def plans(visible: list[Cluster]) -> st.SearchStrategy[Plan]:
    """Draw schedules of some clusters: by name, by pattern, by environment, by labels."""
    patterns = [escape(cluster.name) for cluster in visible]
    selections = st.builds(
        Selection,
        st.lists(st.sampled_from(["*", *patterns]), unique=True, min_size=1).map(tuple),
        st.sampled_from(["", *(cluster.environment for cluster in visible)]),
        st.dictionaries(st.from_regex("[a-z/.]{1,9}", fullmatch=True), said, max_size=2),
    )
    return st.builds(
        Plan,
        selections,
        st.none() | timings,
        st.sampled_from(["", "C024BE91L", "D024BE91L", "#ops", "#büro_2"]),
        st.sampled_from([Mode.DIGEST, Mode.CHANGES]),
        st.booleans(),
        st.just("") | made,
    )


def intents(visible: list[Cluster]) -> st.SearchStrategy[Intent]:
    """Draw an intent about some of the clusters, of every kind that can be said."""
    names = [cluster.name for cluster in visible]
    one = st.sampled_from(names)
    maybe = st.just("") | one
    return st.one_of(
        st.builds(Help, st.sampled_from(["", *(command.name for command in COMMANDS)])),
        st.builds(Clusters, pages),
        st.builds(Run, one, filters),
        st.builds(Show, one, filters, runs, pages),
        st.builds(Changes, one, since, runs, pages),
        st.builds(Fix, one, some_check, runs, pages),
        st.builds(Export, one, runs, st.sampled_from(Format)),
        st.permutations(names).flatmap(
            lambda order: st.builds(Compare, st.just(order[0]), st.just(order[1]), pages)
        ),
        st.builds(History, one, pages),
        st.builds(Explain, checks, maybe),
        st.builds(Rbac, one),
        st.builds(Waive, one, some_check, fingerprints, runs, days, st.just("") | said),
        st.builds(Attest, one, some_check, days, st.just("") | said),
        st.builds(Edit, ids),
        st.builds(Withdraw, ids),
        st.builds(Waivers, maybe, pages),
        plans(visible),
        st.builds(Replan, made),
        st.builds(Schedules, maybe, pages),
        st.builds(Pause, schedules, st.booleans()),
        st.builds(Trigger, schedules),
        st.builds(Remove, schedules),
        st.just(Status()),
        st.builds(Audit, maybe, st.none() | st.integers(1, 100), pages),
        st.builds(Home, st.just("") | said, pages),
        st.builds(
            Question,
            st.sampled_from(Kind),
            one,
            some_check,
            filters.map(lambda chosen: structs.replace(chosen, checks=())),
            st.just("") | said,
            since,
            maybe,
            runs,
        ),
        st.builds(Ask, one, said.map(lambda words: f"what about {words}"), runs),
    )


@given(clusters, st.data())
def test_what_an_intent_is_said_as_means_that_intent(visible: list[Cluster], data: st.DataObject) -> None:
    intent = data.draw(intents(visible))
    assert parse(to_command(intent), visible) == intent


@given(clusters, st.data())
def test_slack_does_not_change_what_a_command_means(visible: list[Cluster], data: st.DataObject) -> None:
    intent = data.draw(intents(visible))
    assume(not isinstance(intent, Ask))  # words that are not ours yet
    said = to_command(intent)
    mangled = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert mangled == said
    assert parse(f"<@U1> {said}", visible) == parse(said, visible)


@given(texts, clusters | st.just([]))
def test_whatever_is_said_is_answered_and_what_is_offered_is_clear(said: str, visible: list[Cluster]) -> None:
    meant = parse(said, visible)
    if isinstance(meant, Unclear):
        assert meant.why.isprintable()
        assert len(meant.meanings) == len(set(meant.meanings)) <= 5
        for meaning in meant.meanings:
            clear = parse(meaning, visible)
            assert not isinstance(clear, Unclear)
            assert to_command(clear) == meaning


@given(texts, st.sampled_from(range(len(CLUSTERS) + 1)))
def test_nothing_is_said_of_a_cluster_that_is_not_given(said: str, count: int) -> None:
    meant = parse(said, CLUSTERS[:count])
    visible = {cluster.name for cluster in CLUSTERS[:count]}
    for field in ("cluster", "one", "other"):
        assert getattr(meant, field, "") in {"", *visible}
    if isinstance(meant, Unclear):
        for meaning in meant.meanings:
            assert {
                getattr(parse(meaning, CLUSTERS), field, "") for field in ("cluster", "one", "other")
            } <= {
                "",
                *visible,
            }
