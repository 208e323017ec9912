"""Versions as clusters write them, and the table of those that are supported."""

from dataclasses import replace
from datetime import timedelta

import pytest

from checks.engine import run
from checks.model import Status
from checks.platform import RULES
from checks.versions import GOOD_FOR, Version, kubernetes_releases, parse
from tests.checks.case import CASES, load, snapshot


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v1.36.2", (1, 36, 2)),
        ("v1.33.5-gke.1125000", (1, 33, 5)),
        ("v1.34.1-eks-113cf36", (1, 34, 1)),
        ("v1.36.2+k3s1", (1, 36, 2)),
        ("1.35", (1, 35, 0)),
        ("v1.38.0-alpha.1", (1, 38, 0)),
        ("latest", None),
        ("v0.0.0-master+$Format:%H$", None),
        ("", None),
    ],
)
def test_a_version_is_its_numbers(text: str, version: tuple[int, int, int] | None) -> None:
    assert parse(text) == (Version(*version) if version else None)


def test_the_table_holds_together() -> None:
    table = kubernetes_releases()
    assert all(row.released < row.end_of_life for row in table.minors.values())
    assert all(row.released <= table.as_of for row in table.minors.values())
    assert {name for item in table.providers.values() for name in item.minors} <= table.minors.keys()
    assert table.providers.keys() <= {rule.name for rule in RULES}


def test_an_old_table_gives_no_verdict() -> None:
    case = load(CASES / "kubernetes-version" / "pass.upstream.yaml")
    table = kubernetes_releases()
    last_day = table.as_of + GOOD_FOR
    assert run(case.check, replace(snapshot(case), today=last_day)).status is Status.PASS
    result = run(case.check, replace(snapshot(case), today=last_day + timedelta(days=1)))
    assert result.status is Status.UNKNOWN
    assert f"is of {table.as_of}" in result.reason
