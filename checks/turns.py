"""What is remembered of a cluster to tell what turns bad on it: see `checks.turning`."""

from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct, structs

from checks.model import Ref

NAMED = 5
"""Objects that an alert remembers by name."""
SPAN = timedelta(hours=24)
"""How long a message goes on: what comes back within it is no new alert."""
REST = "rest"
"""What stands among fingerprints for all that are only counted."""
FLAPPING = 3
"""So many turns are called flapping."""


class Subject(Struct, frozen=True, array_like=True):
    """The object of a finding and whose it is, for when the finding is gone."""

    fingerprint: str
    ref: Ref
    owner: str = ""


class Wait(Struct, frozen=True, array_like=True):
    """A finding that has not lasted yet: in how many readings on end it was there, the first of them."""

    readings: int
    since: datetime


class Gone(Struct, frozen=True, array_like=True):
    """When a finding was first seen to be gone; `by` names who waived it, empty where it was mended."""

    at: datetime
    by: str = ""


class Alert(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message: what a check found that ripened in the reading `run_id`. Its `ts` is empty until posted.

    `findings` are null while they are there. `total` counts all that it told of, `counted` those of them
    without a fingerprint of their own. `turns` is how often it turned bad, `since` the reading in which it
    was first seen. `due`: the message does not say this yet.
    """

    check: str
    run_id: str
    since: datetime
    findings: dict[str, Gone | None] = {}
    subjects: tuple[Subject, ...] = ()
    total: int = 0
    counted: int = 0
    turns: int = 1
    ts: str = ""
    due: bool = True

    @property
    def open(self) -> list[str]:
        """What is still there."""
        return [print_ for print_, gone in self.findings.items() if gone is None]

    @property
    def standing(self) -> int:
        """How many findings are still there."""
        prints = self.open
        return len(prints) + (self.counted - 1 if REST in prints else 0)

    @property
    def left(self) -> list[datetime]:
        """When findings went away."""
        return [gone.at for gone in self.findings.values() if gone]

    @property
    def waived(self) -> list[str]:
        """Who waived findings of it, one name for each."""
        return [gone.by for gone in self.findings.values() if gone and gone.by]

    @property
    def flapping(self) -> bool:
        """Whether it comes and goes."""
        return self.turns >= FLAPPING

    def narrowed(self, prints: AbstractSet[str]) -> "Alert":
        """Return an alert that was not posted yet with these findings alone."""
        counted = self.counted if REST in prints else 0
        return structs.replace(
            self,
            findings={print_: gone for print_, gone in self.findings.items() if print_ in prints},
            subjects=tuple(it for it in self.subjects if it.fingerprint in prints),
            counted=counted,
            total=len(prints - {REST}) + counted,
        )


class Seen(Struct, frozen=True, omit_defaults=True):
    """What is known of one check: whether it was ever judged whole, and what it found.

    `known` is no news, `waiting` has not lasted yet. `counted` is how many findings are no news beyond those
    that are followed; null where all are.
    """

    whole: bool = False
    known: frozenset[str] = frozenset()
    waiting: dict[str, Wait] = {}
    alerts: tuple[Alert, ...] = ()
    counted: int | None = None

    @property
    def prints(self) -> set[str]:
        """Every fingerprint that is followed."""
        told = {print_ for alert in self.alerts for print_ in alert.findings}
        return {*self.known, *self.waiting, *told}


class Refused(Struct, frozen=True, array_like=True):
    """Since when a channel takes no messages, and when that was last tried."""

    since: datetime
    tried: datetime

    def again(self, least: timedelta, most: timedelta) -> datetime:
        """Return when to try again: after as long as it has been so, within these bounds."""
        return self.tried + min(max(self.tried - self.since, least), most)


class State(Struct, frozen=True, omit_defaults=True):
    """What is known of a cluster in one channel, since the reading `run_id`.

    `refused` tells that the channel takes nothing at present; null where it does.
    """

    uid: str = ""
    run_id: str = ""
    taken_at: datetime | None = None
    checks: dict[str, Seen] = {}
    refused: Refused | None = None

    def encode(self) -> bytes:
        """Return it as bytes, the same for the same state."""
        return msgspec.msgpack.encode(self, order="deterministic")

    @classmethod
    def decode(cls, content: bytes) -> "State | None":
        """Read it; null where another version wrote it in words of its own."""
        try:
            return msgspec.msgpack.decode(content, type=cls)
        except msgspec.DecodeError:
            return None
