"""What somebody wants, once their words are understood. Intents travel in jobs as JSON.

`grammar.parse` makes them from text; a button carries the text of a command, so that whatever is clicked can
be typed as well. Names of clusters are those of `ports.Cluster`, and visible to whoever asks.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from checks.model import Family, Severity
from checks.presentation.grouping import Outcome
from handlers.schedules.intents import Scheduling


class Verb(StrEnum):
    """What access rules are about. Every verb but `admin` includes nothing else; all need `view`."""

    VIEW = "view"
    RUN = "run"
    WAIVE = "waive"
    ATTEST = "attest"
    SCHEDULE = "schedule"
    ADMIN = "admin"


class Filters(Struct, frozen=True, omit_defaults=True):
    """What is shown of a report, never what is read or judged. Empty shows everything.

    `owner` is a team or a person, as labels name them; `status` what became of a check, as readers count it.
    """

    families: tuple[Family, ...] = ()
    severity: Severity | None = None
    namespace: str = ""
    checks: tuple[str, ...] = ()
    owner: str = ""
    status: Outcome | None = None


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


class Format(StrEnum):
    """What the full report can be written as."""

    HTML = "html"
    CSV = "csv"
    JSON = "json"


class Export(Struct, frozen=True, tag=True):
    """The full report as a file."""

    cluster: str
    run_id: str = ""
    format: Format = Format.HTML


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
    """Open the form that accepts a finding or a check.

    `until`, its last day as in `2026-12-05`, and `reason` fill it in.
    """

    cluster: str
    check: str = ""
    fingerprint: str = ""
    run_id: str = ""
    until: str = ""
    reason: str = ""


class Attest(Struct, frozen=True, tag=True):
    """Open the form that signs what no API can show; filled in as that of a waiver is."""

    cluster: str
    check: str = ""
    until: str = ""
    reason: str = ""


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


class Kind(StrEnum):
    """What can be asked about a report."""

    SUMMARY = "summary"
    EXPLAIN = "explain"
    FIX = "fix"
    LIST = "list"
    CHANGES = "changes"
    COMPARE = "compare"
    HISTORY = "history"
    OWNER = "owner"


class Question(Struct, frozen=True, tag=True, omit_defaults=True):
    """A question about the report of a cluster, which is answered in short.

    `about` is an object or a product, in the words of whoever asked. `since` is an age (`7d`), a moment
    (`2026-11-16` or `2026-11-16T09:00`, UTC) or a run; `other` the cluster to compare with. Without `run_id`
    it is about the latest report.
    """

    kind: Kind
    cluster: str
    check: str = ""
    filters: Filters = Filters()
    about: str = ""
    since: str = ""
    other: str = ""
    run_id: str = ""


Meant = Question | Run | Export | Waive | Attest | Help


class Guess(Struct, frozen=True, tag=True):
    """What is likely meant, with a `share` of 1: it is done, and said to be a guess; `doubts` are offered."""

    intent: Meant
    doubts: tuple[Meant, ...] = ()
    share: float = 0.0


class Ask(Struct, frozen=True, tag=True):
    """Words about a cluster that have yet to be understood: `handlers.conversation` makes intents of them."""

    cluster: str
    said: str
    run_id: str = ""


class Home(Struct, frozen=True, tag=True):
    """The app's Home tab: the clusters of somebody, of one environment where it is named."""

    environment: str = ""
    page: int = 1


class Welcome(Struct, frozen=True, tag=True):
    """Offer somebody who opens the direct messages what can be asked there."""


class Unclear(Struct, frozen=True, tag=True):
    """Words that mean nothing here: why, and the commands that may have been meant, best first.

    Not `related` is what people say to one another. What is `several` means too much: `why` is a sentence.
    """

    said: str
    why: str
    meanings: tuple[str, ...] = ()
    related: bool = True
    several: bool = False


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
    | Scheduling
    | Question
    | Guess
    | Ask
    | Home
    | Welcome
    | Unclear
)
