"""Which check people mean, and which cluster: by what they call it, and by what goes wrong with it."""

from collections import Counter
from pathlib import Path
from typing import Final

import msgspec
import pytest

from checks.catalogue import BY_ID
from deploy.sandbox.bench.understanding import CLUSTERS, NOW, OWN, about, sample
from handlers.conversation.topic import Topic
from handlers.conversation.understanding import understand
from handlers.intents import Intent, Kind, Question, Unclear

NAMED: Final = msgspec.yaml.decode(
    Path(__file__).with_name("named.yaml").read_bytes(), type=dict[str, tuple[str, ...]]
)
ELSEWHERE: Final = NAMED["elsewhere"]
REPORT: Final = sample()


def meant(said: str) -> tuple[Intent, ...]:
    return understand(said, Topic(OWN), CLUSTERS, REPORT, NOW)


def checks(said: str) -> set[str] | None:
    """Return the checks that an answer would be about; null where there is none."""
    found = meant(said)
    return None if isinstance(found[0], Unclear) else {about(intent) for intent in found}


def test_every_check_is_spoken_of() -> None:
    assert NAMED.keys() == BY_ID.keys() | {"elsewhere"}


def test_nine_in_ten_name_their_check_and_one_in_fifty_another_at_most() -> None:
    right = Counter[bool | None]()
    for check, spoken in NAMED.items():
        for said in spoken if check != "elsewhere" else ():
            found = checks(said)
            right[None if found is None else found == {check}] += 1
    assert right[True] >= 0.90 * right.total()
    assert right[False] <= 0.02 * right.total()


def test_what_is_about_no_check_hardly_ever_names_one() -> None:
    named = [said for said in ELSEWHERE if (checks(said) or set()) - {""}]
    assert len(named) <= 0.05 * len(ELSEWHERE), named


@pytest.mark.parametrize(
    ("said", "check"),
    [
        ("v1beta1.metrics.k8s.io is not available, why", "metrics-server"),
        ("redis.shop.svc.cluster.local: what is wrong with that", "cluster-dns"),
        ("is v1.31.4 too old", "kubernetes-version"),
        ("NAME   READY   NODE SELECTOR   AGE\nis log shipping ok?", "pod-logs"),
        ("svc w/o readiness probe, why is that bad?", "readiness-probes"),
        ("is fluent-bit ready on all nodes?", "pod-logs"),
    ],
)
def test_words_are_read_as_they_are_pasted(said: str, check: str) -> None:
    assert checks(said) == {check}


@pytest.mark.parametrize(
    "said", ["how are we doing in prod-us?", "is everything fine in dev", "status of dr"]
)
def test_another_cluster_that_nobody_knows_is_not_taken_for_this_one(said: str) -> None:
    assert isinstance(meant(said)[0], Unclear)


def test_a_comparison_with_a_cluster_that_nobody_knows_names_none() -> None:
    assert meant("compare us with prod-us") == (Question(Kind.COMPARE, OWN),)


def test_a_cluster_may_be_misspelt() -> None:
    assert meant("compare with stagging") == (Question(Kind.COMPARE, OWN, other="staging"),)
