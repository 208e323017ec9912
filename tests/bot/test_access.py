"""Who may do what: rules, defaults, hidden clusters, and whom a refusal names."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access import Access, offered, together
from bot.settings import ClusterEntry, Settings
from bot.settings_access import AccessRule
from handlers.intents import Verb
from handlers.ports import Cluster
from handlers.request import Asker

PROD = Cluster("prod-eu", aliases=("eu",), environment="prod")
DEV = Cluster("dev", environment="dev")
MINE = Cluster("minikube")
GROUPS = {"SSRE": frozenset({"UANN"}), "SDEV": frozenset({"UBOB", "UANN"})}
OPS, RANDOM = "COPS", "CRANDOM"


async def members(group: str) -> frozenset[str]:
    return GROUPS.get(group, frozenset())


def access(*rules: Mapping[str, object]) -> Access:
    loaded = tuple(AccessRule.model_validate(rule) for rule in rules)
    return Access(Settings(access=loaded), [PROD, DEV, MINE], members)


def asker(user: str, channel: str = OPS) -> Asker:
    return Asker(user=user, channel=channel)


async def allowed(of: Access, user: str, cluster: str = PROD.name, channel: str = OPS) -> set[Verb]:
    return {verb for verb in Verb if await of.may(asker(user, channel), verb, cluster)}


EVERYONES = {Verb.VIEW, Verb.RUN}


async def test_without_rules_everyone_views_and_runs_and_nobody_does_anything_else() -> None:
    assert await allowed(access(), "UEVE") == EVERYONES
    assert [cluster.name for cluster in await access().visible(asker("UEVE"))] == [
        "prod-eu",
        "dev",
        "minikube",
    ]


@pytest.mark.parametrize(
    ("rule", "user", "cluster", "channel", "granted"),
    [
        ({"users": ["UANN"]}, "UANN", "prod-eu", OPS, True),
        ({"users": ["UANN"]}, "UBOB", "prod-eu", OPS, False),
        ({"groups": ["SSRE"]}, "UANN", "dev", OPS, True),
        ({"groups": ["SSRE"]}, "UBOB", "dev", OPS, False),
        ({"groups": ["SSRE"], "users": ["UBOB"]}, "UBOB", "dev", OPS, True),
        ({"groups": ["SSRE", "SDEV"]}, "UBOB", "dev", OPS, True),
        ({"groups": ["SGONE"]}, "UANN", "dev", OPS, False),
        ({}, "UEVE", "dev", OPS, True),
        ({"channels": [OPS]}, "UEVE", "dev", OPS, True),
        ({"channels": [OPS]}, "UEVE", "dev", RANDOM, False),
        ({"channels": [OPS], "users": ["UANN"]}, "UANN", "dev", RANDOM, False),
        ({"clusters": ["prod-*"]}, "UEVE", "prod-eu", OPS, True),
        ({"clusters": ["prod-*"]}, "UEVE", "dev", OPS, False),
        ({"clusters": ["eu"]}, "UEVE", "prod-eu", OPS, False),  # names, not aliases
        ({"clusters": ["environment:prod"]}, "UEVE", "prod-eu", OPS, True),
        ({"clusters": ["environment:p*"]}, "UEVE", "prod-eu", OPS, True),
        ({"clusters": ["environment:prod"]}, "UEVE", "dev", OPS, False),
        ({"clusters": ["environment:*"]}, "UEVE", "minikube", OPS, False),  # it has none
        ({"clusters": ["dev", "prod-eu"]}, "UEVE", "prod-eu", OPS, True),
    ],
)
async def test_what_a_rule_grants(
    rule: dict[str, object], user: str, cluster: str, channel: str, *, granted: bool
) -> None:
    found = await allowed(access({"verbs": ["waive"], **rule}), user, cluster, channel)
    assert found == EVERYONES | ({Verb.WAIVE} if granted else set())


async def test_a_rule_about_a_verb_takes_it_from_everyone_else_there() -> None:
    of = access({"verbs": ["run"], "clusters": ["prod-*"], "groups": ["SSRE"]})
    assert await allowed(of, "UANN") == EVERYONES
    assert await allowed(of, "UBOB") == {Verb.VIEW}
    assert await allowed(of, "UBOB", "dev") == EVERYONES


async def test_rules_add_up() -> None:
    of = access({"verbs": ["run"], "users": ["UANN"]}, {"verbs": ["run", "waive"], "users": ["UBOB"]})
    assert await allowed(of, "UANN") == EVERYONES
    assert await allowed(of, "UBOB") == {*EVERYONES, Verb.WAIVE}


async def test_a_hidden_cluster_does_not_exist_for_others() -> None:
    of = access(
        {"verbs": ["view"], "clusters": ["prod-*"], "groups": ["SSRE"]},
        {"verbs": ["run", "waive"], "users": ["UBOB"]},
    )
    assert [cluster.name for cluster in await of.visible(asker("UBOB"))] == ["dev", "minikube"]
    assert [cluster.name for cluster in await of.visible(asker("UANN"))] == ["prod-eu", "dev", "minikube"]
    # Everything else needs view.
    assert await allowed(of, "UBOB") == set()
    assert await allowed(of, "UBOB", "dev") == {*EVERYONES, Verb.WAIVE}


@pytest.mark.parametrize("name", ["prod", "eu", "PROD-EU", "prod-*", "nowhere"])
async def test_an_unknown_name_is_nobodys(name: str) -> None:
    assert await allowed(access({"verbs": "*"}), "UANN", name) == set()


async def test_an_administrator_may_do_everything_there_and_takes_nothing_from_others() -> None:
    of = access(
        {"verbs": ["admin"], "clusters": ["prod-*"], "users": ["UANN"]},
        {"verbs": ["view"], "clusters": ["prod-*"], "users": ["UBOB"]},
    )
    assert await allowed(of, "UANN") == set(Verb)
    assert await allowed(of, "UANN", "dev") == EVERYONES
    assert await allowed(of, "UBOB") == EVERYONES


async def test_about_no_cluster_is_about_all_of_them() -> None:
    everywhere = {"verbs": ["admin"], "users": ["UANN"]}
    some = {"verbs": ["admin"], "clusters": ["prod-*", "dev", "minikube"], "users": ["UBOB"]}
    of = access(everywhere, some)
    assert await of.may(asker("UANN"), Verb.ADMIN, "")
    assert not await of.may(asker("UBOB"), Verb.ADMIN, "")
    hidden = access({"verbs": ["attest"]}, {"verbs": ["view"], "clusters": ["dev"], "users": ["UANN"]})
    assert await hidden.may(asker("UANN"), Verb.ATTEST, "")
    assert not await hidden.may(asker("UBOB"), Verb.ATTEST, "")


@pytest.mark.parametrize(
    ("rules", "answer"),
    [
        ([{"verbs": ["waive"], "users": ["UANN", "UBOB"]}], "those who may: <@UANN>, <@UBOB>"),
        (
            [{"verbs": ["waive"], "users": ["UANN"], "groups": ["SSRE"], "channels": [OPS]}],
            "those who may: <@UANN>, <!subteam^SSRE> in <#COPS>",
        ),
        (
            [
                {"verbs": ["waive"], "channels": [OPS, RANDOM]},
                {"verbs": ["waive", "admin"], "users": ["UANN"]},
            ],
            "those who may: anyone in <#COPS>, <#CRANDOM>; <@UANN>",
        ),
        (
            [
                {"verbs": ["waive"], "clusters": ["dev"], "users": ["UBOB"]},
                {"verbs": ["admin"], "users": ["UANN"]},
            ],
            "those who may: <@UANN>",
        ),
        ([{"verbs": ["admin"], "clusters": ["dev"], "users": ["UANN"]}], "nobody may yet"),
        ([], "such as `{verbs: [waive], users: [U…]}`"),
        (
            [{"verbs": ["waive"], "users": [f"UA{number:02}" for number in range(10)]}],
            ", <@UA07>, and 2 more",
        ),
    ],
)
async def test_whom_a_refusal_names(rules: list[dict[str, object]], answer: str) -> None:
    assert answer in await access(*rules).whom_to_ask(Verb.WAIVE, PROD.name)


ids = st.lists(st.sampled_from(["UANN", "UBOB", "UEVE"]), min_size=1, max_size=2)
drawn_rules = st.lists(
    st.fixed_dictionaries(
        {"verbs": st.lists(st.sampled_from(Verb), min_size=1, max_size=3)},
        optional={
            "clusters": st.lists(
                st.sampled_from(["*", "prod-*", "dev", "environment:dev"]), min_size=1, max_size=2
            ),
            "users": ids,
            "groups": st.lists(st.sampled_from(["SSRE", "SDEV", "SGONE"]), min_size=1, max_size=2),
            "channels": st.just([OPS]),
        },
    ),
    max_size=4,
)


@given(drawn_rules, st.sampled_from(["UANN", "UBOB", "UEVE"]), st.sampled_from([OPS, RANDOM]))
async def test_who_may_do_anything_sees_the_cluster_and_needs_a_rule_for_it(
    rules: list[dict[str, object]], user: str, channel: str
) -> None:
    of = access(*rules)
    seen = {cluster.name for cluster in await of.visible(asker(user, channel))}
    for cluster in (PROD, DEV, MINE):
        found = await allowed(of, user, cluster.name, channel)
        assert (cluster.name in seen) == (Verb.VIEW in found)
        assert not found or Verb.VIEW in found
        named = {verb for rule in of._rules for verb in rule.verbs}
        assert found <= EVERYONES | named or Verb.ADMIN in named


async def test_what_workers_announce_is_there_too_by_the_same_rules() -> None:
    announced = [Cluster("stage", environment="prod"), Cluster("lab", environment="lab")]

    async def told() -> list[Cluster]:
        return announced

    rule = AccessRule.model_validate(
        {"verbs": ["view"], "clusters": ["environment:prod"], "users": ["UANN"]},
    )
    of = Access(Settings(access=(rule,)), [PROD], members, told)
    assert [cluster.name for cluster in await of.everyone()] == ["prod-eu", "stage", "lab"]
    assert [cluster.name for cluster in await of.visible(asker("UBOB"))] == ["lab"]
    assert await of.may(asker("UANN"), Verb.RUN, "stage")
    assert not await of.may(asker("UBOB"), Verb.RUN, "stage")
    announced.pop()
    assert not await of.may(asker("UBOB"), Verb.RUN, "lab")


def test_a_cluster_that_both_know_is_one_and_names_mean_one_cluster() -> None:
    announced = [
        Cluster("prod-eu", ("elsewhere",), "dev"),
        Cluster("stage", ("eu", "dev", "s", "lab")),
        Cluster("lab", ("s", "l")),
        Cluster("lab", ("again",)),
    ]
    assert together([PROD, DEV], announced) == [PROD, DEV, Cluster("stage", ("s",)), Cluster("lab", ("l",))]
    assert together([PROD], []) == [PROD]


def test_what_readiness_yaml_lists_is_all_that_is_offered(tmp_path: Path) -> None:
    kubeconfig = tmp_path / "config"
    kubeconfig.write_text("contexts: [{name: c1, context: {}}, {name: c2, context: {}}]")
    entry = ClusterEntry(name="prod-eu", aliases=("eu",), environment="prod", context="c1")
    assert offered(Settings(clusters=(entry,)), str(kubeconfig)) == [PROD]
    assert [cluster.name for cluster in offered(Settings(), str(kubeconfig))] == ["c1", "c2"]
