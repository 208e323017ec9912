from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from checks.model import Ref
from checks.registry import render
from checks.words import last_day


@pytest.mark.parametrize(
    ("until", "day"),
    [
        (datetime(2026, 12, 1, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2026, 12, 1, 0, 1, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 12, 1, 1, tzinfo=timezone(timedelta(hours=2))), date(2026, 11, 30)),
        (datetime.max.replace(tzinfo=UTC), date.max),
    ],
)
def test_midnight_belongs_to_the_day_before(until: datetime, day: date) -> None:
    assert last_day(until) == day


def test_a_name_is_quoted_where_a_shell_would_read_more_into_it() -> None:
    template = "run `kubectl describe {target}` or `kubectl delete {kind} {name}`"
    said = render(template, Ref("ClusterRole", name="x; rm -rf ~"))
    assert (
        said
        == "run `kubectl describe clusterrole/'x; rm -rf ~'` or `kubectl delete ClusterRole 'x; rm -rf ~'`"
    )
    assert "system:admin`" in render("`{name}`", Ref("ClusterRole", name="system:admin"))
