"""What each command takes, and the intent it makes."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from checks.model import Family, Severity
from checks.presentation.grouping import Outcome
from handlers.intents import (
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
    Rbac,
    Run,
    Show,
    Waive,
    Waivers,
    Withdraw,
)
from handlers.schedules.intents import Pause, Remove, Replan, Schedules, Status, Trigger


@dataclass(frozen=True)
class Given:
    """What a command was given: the values of each key, each of them once."""

    values: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def one(self, key: str, default: str = "") -> str:
        """Return the only value of a key."""
        return self.values[key][0] if self.values[key] else default

    @property
    def cluster(self) -> str:
        """The cluster; empty for none."""
        return self.one("cluster")

    @property
    def page(self) -> int:
        """The page, the first by default."""
        return int(self.one("page", "1"))

    @property
    def limit(self) -> int | None:
        """How many are wanted at most."""
        return int(self.one("limit")) if self.values["limit"] else None

    @property
    def filters(self) -> Filters:
        """What is shown."""
        severity, status = self.one("severity"), self.one("status")
        return Filters(
            families=tuple(map(Family, self.values["family"])),
            severity=Severity(severity) if severity else None,
            namespace=self.one("namespace"),
            checks=tuple(self.values["check"]),
            owner=self.one("owner"),
            status=Outcome(status) if status else None,
        )


@dataclass(frozen=True)
class Form:
    """A command's: how many values of each key it takes, which of them it needs, and what it makes of them.

    A word without a key is tried as one key after the other, in the order of `takes`.
    """

    takes: Mapping[str, int]
    needs: tuple[str, ...]
    make: Callable[[Given], Intent]


ANY = 1_000
CLUSTER = {"cluster": 1}
PAGED = {"cluster": 1, "page": 1}
FILTERS = {
    "cluster": 1,
    "family": ANY,
    "severity": 1,
    "status": 1,
    "namespace": 1,
    "check": ANY,
    "owner": 1,
}
SHOWN = FILTERS | {"run": 1, "page": 1}
ACCEPTED = {"until": 1, "reason": 1}
SCHEDULE = {"schedule": 1}
ACCEPTANCE = re.compile("[wa]-[0-9a-f]+")


def _shown(given: Given) -> Show:
    return Show(given.cluster, given.filters, given.one("run"), given.page)


def _edit(ident: str) -> Edit | Replan:
    """Tell a waiver or an attestation by its id from a schedule."""
    return Edit(ident) if ACCEPTANCE.fullmatch(ident) else Replan(ident)


FORMS: Mapping[str, Form] = {
    "check": Form(FILTERS, ("cluster",), lambda given: Run(given.cluster, given.filters)),
    "show": Form(SHOWN, ("cluster",), _shown),
    "diff": Form(
        {"cluster": 1, "since": 1, "run": 1, "page": 1},
        ("cluster",),
        lambda given: Changes(given.cluster, given.one("since"), given.one("run"), given.page),
    ),
    "fix": Form(
        {"cluster": 1, "check": 1, "run": 1, "page": 1},
        ("cluster",),
        lambda given: Fix(given.cluster, given.one("check"), given.one("run"), given.page),
    ),
    "report": Form(
        {"cluster": 1, "run": 1, "format": 1},
        ("cluster",),
        lambda given: Export(given.cluster, given.one("run"), Format(given.one("format", Format.HTML))),
    ),
    "compare": Form(
        {"cluster": 2, "page": 1},
        ("cluster", "cluster"),
        lambda given: Compare(given.cluster, given.values["cluster"][1], given.page),
    ),
    "history": Form(PAGED, ("cluster",), lambda given: History(given.cluster, given.page)),
    "explain": Form(
        {"check": 1, "cluster": 1}, ("check",), lambda given: Explain(given.one("check"), given.cluster)
    ),
    "list": Form({"page": 1}, (), lambda given: Clusters(given.page)),
    "rbac": Form(CLUSTER, ("cluster",), lambda given: Rbac(given.cluster)),
    "waive": Form(
        {"cluster": 1, "check": 1, "finding": 1, "run": 1, **ACCEPTED},
        ("cluster",),
        lambda given: Waive(
            given.cluster,
            given.one("check"),
            given.one("finding"),
            given.one("run"),
            given.one("until"),
            given.one("reason"),
        ),
    ),
    "attest": Form(
        {"cluster": 1, "check": 1, **ACCEPTED},
        ("cluster",),
        lambda given: Attest(given.cluster, given.one("check"), given.one("until"), given.one("reason")),
    ),
    "waivers": Form(PAGED, (), lambda given: Waivers(given.cluster, given.page)),
    "edit": Form({"id": 1}, ("id",), lambda given: _edit(given.one("id"))),
    "withdraw": Form({"id": 1}, ("id",), lambda given: Withdraw(given.one("id"))),
    "schedules": Form(PAGED, (), lambda given: Schedules(given.cluster, given.page)),
    "pause": Form(SCHEDULE, ("schedule",), lambda given: Pause(given.one("schedule"))),
    "resume": Form(SCHEDULE, ("schedule",), lambda given: Pause(given.one("schedule"), resume=True)),
    "trigger": Form(SCHEDULE, ("schedule",), lambda given: Trigger(given.one("schedule"))),
    "remove": Form(SCHEDULE, ("schedule",), lambda given: Remove(given.one("schedule"))),
    "status": Form(SHOWN, (), lambda given: _shown(given) if given.cluster else Status()),
    "audit": Form(
        {"cluster": 1, "limit": 1, "page": 1},
        (),
        lambda given: Audit(given.cluster, given.limit, given.page),
    ),
    "home": Form({"environment": 1, "page": 1}, (), lambda given: Home(given.one("environment"), given.page)),
    "help": Form({"topic": 1}, (), lambda given: Help(given.one("topic"))),
}
