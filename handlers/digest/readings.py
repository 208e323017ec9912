"""What a digest tells: clusters as they were read, and what differs from the last digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from checks.model import DeltaFinding, StatusChange
from checks.summary import Summary
from handlers.ports import Acceptance, Cluster
from handlers.schedules.model import Schedule


class New(NamedTuple):
    """A finding that is new, and how to mend it: prose, empty where nothing is known."""

    what: DeltaFinding
    fix: str


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What differs between the run `before`, which the last digest told of, and the one `after` it.

    `new` and `resolved` are the gravest of so many; what is waived already is not new. `turned` are checks
    with another status and neither, `uncompared` counts those of which nothing can be said. `knew_more` tells
    that the run before judged a check whole that the one after did not. `older` tells that the run that was
    told of is no longer kept, and `before` is the oldest that is.
    """

    before: Summary
    after: Summary
    new: Sequence[New] = ()
    new_count: int = 0
    resolved: Sequence[DeltaFinding] = ()
    resolved_count: int = 0
    turned: Sequence[StatusChange] = ()
    uncompared: int = 0
    knew_more: bool = False
    differs: bool = False
    older: bool = False


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A cluster in a digest. `last` is its newest run, null where it never was read.

    `why` says why it could not be read anew; empty where it was. `turned` tells that the last digest did not
    say so, or said it and it is over. `changes` is null where no digest here told of it before. `past` are
    the runs of 30 days.
    """

    cluster: Cluster
    last: Summary | None
    why: str = ""
    turned: bool = False
    changes: Changes | None = None
    past: Sequence[Summary] = ()

    @property
    def differs(self) -> bool:
        """Whether there is anything that the last digest did not say."""
        unheard = self.changes is None and self.last is not None
        return self.turned or unheard or (self.changes is not None and self.changes.differs)


@dataclass(frozen=True, kw_only=True)
class Digest:
    """What is posted for a schedule. `nominal` is in the time zone of the schedule.

    `first` tells that it is the first one here, `left_out` how many clusters it is not about any more. `late`
    is a sentence about when it comes, empty where it comes in time; `by_hand` that somebody asked for it now.
    `ending` is accepted and ends soon.
    """

    schedule: Schedule
    nominal: datetime
    readings: Sequence[Reading]
    first: bool = False
    left_out: int = 0
    late: str = ""
    by_hand: bool = False
    ending: Sequence[Acceptance] = ()

    @property
    def differs(self) -> bool:
        """Whether there is anything that the last digest did not say."""
        return any(reading.differs for reading in self.readings)
