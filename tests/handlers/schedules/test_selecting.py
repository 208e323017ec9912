"""Which clusters a schedule is about."""

import pytest

from handlers.ports import Cluster
from handlers.schedules.model import Selection
from handlers.schedules.selecting import selected

CLUSTERS = [
    Cluster("prod-eu", ("eu",), "production", {"tier": "gold", "team": "a"}),
    Cluster("prod-us", (), "production", {"tier": "silver"}),
    Cluster("lab", ("prod-lab",)),
]


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        (Selection(("*",)), ["prod-eu", "prod-us", "lab"]),
        (Selection(("prod-us", "prod-eu")), ["prod-eu", "prod-us"]),
        (Selection(("eu",)), ["prod-eu"]),
        (Selection(("prod-*",)), ["prod-eu", "prod-us", "lab"]),
        (Selection(("PROD-*",)), []),
        (Selection(("nowhere", "lab")), ["lab"]),
        (Selection(environment="production"), ["prod-eu", "prod-us"]),
        (Selection(environment="prod"), []),
        (Selection(labels={"tier": "gold"}), ["prod-eu"]),
        (Selection(labels={"tier": "gold", "team": "b"}), []),
        (Selection(environment="production", labels={"tier": "silver"}), ["prod-us"]),
        (Selection(environment="staging", labels={"tier": "silver"}), []),
        # Those that are named, and those that are so.
        (Selection(("lab",), labels={"tier": "gold"}), ["prod-eu", "lab"]),
        (Selection(), []),
    ],
)
def test_clusters_are_selected(selection: Selection, names: list[str]) -> None:
    assert [cluster.name for cluster in selected(selection, CLUSTERS)] == names
