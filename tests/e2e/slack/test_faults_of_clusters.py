"""Clusters that hang, refuse or are gone: something to see at once, then a reason and what is known."""

import pytest

from deploy.sandbox.faults import ALWAYS, NO_FAULTS, Faults
from deploy.sandbox.slack.seeing import words_of
from tests.e2e.slack.person import Person
from tests.e2e.slack.stage import Stage

pytestmark = pytest.mark.e2e

EVERYTHING = frozenset({"*", "/*"})
TROUBLES: tuple[tuple[str, Faults, str, str], ...] = (
    ("hangs", Faults(stall=EVERYTHING), "did not answer within", ""),
    ("expired", Faults(unauthorized=True), "does not accept the credentials (401)", "renew the token"),
    ("forbidden", Faults(forbid=EVERYTHING), "these credentials may read nothing", "`readiness rbac` prints"),
    ("may not list", Faults(forbid={"*"}), "`: forbidden", "`readiness rbac --can-i`"),
    ("a proxy", Faults(html=True), "answered a web page where a Kubernetes API answers JSON", ""),
    ("broken", Faults(status={"*": (500, ALWAYS)}), "`: not read within", "says of the API server"),
)


async def test_a_cluster_that_cannot_be_read(hasty: Stage, subtests: pytest.Subtests) -> None:
    await hasty.bot("--timeout", "2")
    prod, alice = hasty.clusters[0], Person(hasty)
    root = await alice.types("prod", "Run again")
    for name, faults, why, todo in TROUBLES:
        with subtests.test(name):
            prod.faults = faults
            root = await alice.types("prod", "*Not checked*  `prod`")
            said = words_of(root)
            assert why in said
            assert ("What to do: " in said, todo in said) == (bool(todo), True)
            assert "Earlier: :x: NOT READY, grade F, score 49" in said
            assert f"Asked by <@{alice.id}>" in said
            assert not hasty.replies(root)
    prod.faults = NO_FAULTS
    await alice.clicks(root, "Try again", "*NOT READY*  `prod`")


async def test_a_cluster_that_is_gone(hasty: Stage) -> None:
    await hasty.bot("--timeout", "15")
    prod, alice = hasty.clusters[0], Person(hasty)
    await prod.close()
    said = words_of(await alice.types("prod", "*Not checked*  `prod`"))
    assert f"`{prod.url}` cannot be read: `{prod.url[7:]}`: Connection refused" in said
    assert "Earlier" not in said


async def test_a_cluster_that_answers_in_part(hasty: Stage) -> None:
    await hasty.bot("--timeout", "2")
    prod, alice = hasty.clusters[0], Person(hasty)
    prod.faults = Faults(forbid={"pods"}, stall={"services"})
    root = await alice.types("prod", "could not be judged")
    assert "Not read:" in words_of(root)
    lacks = words_of(await alice.clicks(root, "What to grant", "*Role*"))
    for read, why in (("pods", "forbidden"), ("services", "not read within")):
        assert any(read in line and why in line for line in lacks.splitlines()), lacks
