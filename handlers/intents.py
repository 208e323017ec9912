"""What somebody wants, once their words are understood. Intents travel in jobs as JSON.

`grammar.parse` makes them from text; a button carries the text of a command, so that whatever is clicked can
be typed as well. Names of clusters are those of `ports.Cluster`, and visible to whoever asks.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from checks.model import Family, Severity


class Verb(StrEnum):
    """What access rules are about. Every verb but `admin` includes nothing else; all need `view`."""

    VIEW = "view"
    RUN = "run"
    WAIVE = "waive"
    ATTEST = "attest"
    SCHEDULE = "schedule"
    ADMIN = "admin"


class Filters(Struct, frozen=True, omit_defaults=True):
    """What is shown of a report, never what is read or judged. Empty shows everything."""

    families: tuple[Family, ...] = ()
    severity: Severity | None = None
    namespace: str = ""
    checks: tuple[str, ...] = ()


class Help(Struct, frozen=True, tag=True):
    """How to ask; of one command where `topic` names it."""

    topic: str = ""


class Clusters(Struct, frozen=True, tag=True):
    """Which clusters there are, with their last verdicts."""

    page: int = 1


class Run(Struct, frozen=True, tag=True):
    """Check a cluster now."""

    cluster: str
    filters: Filters = Filters()


class Show(Struct, frozen=True, tag=True):
    """Show a stored report, the latest without `run_id`; `page` counts from 1."""

    cluster: str
    filters: Filters = Filters()
    run_id: str = ""
    page: int = 1


class Changes(Struct, frozen=True, tag=True):
    """What differs from an earlier run: the one before, one of an age (`7d`), or one by its id."""

    cluster: str
    since: str = ""
    run_id: str = ""
    page: int = 1


class Fix(Struct, frozen=True, tag=True):
    """How to mend what fails, or what one check found."""

    cluster: str
    check: str = ""
    run_id: str = ""
    page: int = 1


class Export(Struct, frozen=True, tag=True):
    """The full report as a file."""

    cluster: str
    run_id: str = ""


class Compare(Struct, frozen=True, tag=True):
    """Two clusters side by side."""

    one: str
    other: str
    page: int = 1


class History(Struct, frozen=True, tag=True):
    """The past runs of a cluster."""

    cluster: str
    page: int = 1


class Explain(Struct, frozen=True, tag=True):
    """Why a check matters and, with a cluster, what it found there."""

    check: str
    cluster: str = ""


class Rbac(Struct, frozen=True, tag=True):
    """The least role, and what the last run could not read."""

    cluster: str


class Waive(Struct, frozen=True, tag=True):
    """Open the form that accepts a finding or a check."""

    cluster: str
    check: str = ""
    fingerprint: str = ""
    run_id: str = ""


class Attest(Struct, frozen=True, tag=True):
    """Open the form that signs what no API can show."""

    cluster: str
    check: str = ""


class Edit(Struct, frozen=True, tag=True):
    """Open the form of a waiver or an attestation that was made in Slack."""

    id: str


class Withdraw(Struct, frozen=True, tag=True):
    """End a waiver or an attestation that was made in Slack."""

    id: str


class Waivers(Struct, frozen=True, tag=True):
    """What is waived and attested; of every cluster without a name."""

    cluster: str = ""
    page: int = 1


class Audit(Struct, frozen=True, tag=True):
    """Who did what, newest first: the newest `limit` lines, without one as many as are kept."""

    cluster: str = ""
    limit: int | None = None
    page: int = 1


class Save(Struct, frozen=True, tag=True):
    """A submitted form: a waiver of a finding or a check, or an attestation of a check.

    `id` is empty for a new one. `namespace` and `name` are patterns, for a waiver of a check.
    """

    cluster: str
    check: str
    reason: str
    until: datetime
    attestation: bool = False
    fingerprint: str = ""
    namespace: str = "*"
    name: str = "*"
    link: str = ""
    id: str = ""


class Unclear(Struct, frozen=True, tag=True):
    """Words that mean nothing here: why, and the commands that may have been meant, best first."""

    said: str
    why: str
    meanings: tuple[str, ...] = ()


Intent = (
    Help
    | Clusters
    | Run
    | Show
    | Changes
    | Fix
    | Export
    | Compare
    | History
    | Explain
    | Rbac
    | Waive
    | Attest
    | Edit
    | Withdraw
    | Waivers
    | Audit
    | Save
    | Unclear
)
