"""What can be made to go wrong with the calls and the socket of a sandbox workspace, and how often."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

import msgspec

CallKind = Literal["error", "status", "ratelimited", "timeout", "lost_answer", "slow"]
SocketKind = Literal["deaf", "disconnect", "drop"]
Kind = CallKind | SocketKind

SOCKET = "socket"
"""The door of socket faults; no pattern of calls matches it."""
SOCKET_KINDS: frozenset[str] = frozenset(get_args(SocketKind))
DISCONNECT_REASONS = frozenset({"warning", "refresh_requested", "link_disabled"})
_TIMED = frozenset({"ratelimited", "timeout", "slow"})


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong. Raises ValueError where its fields contradict each other."""

    method: str
    """A Web API method, `response_url`, `upload` (where a file's bytes go) or a pattern of them such as
    `chat.*`; `socket` for the kinds of the socket."""
    kind: Kind
    """Calls: `error` is answered with Slack's code, `status` with an HTTP status, `ratelimited` with 429;
    `timeout` is not carried out and not answered, `lost_answer` is carried out but the connection is cut
    before the answer, `slow` is carried out and answered late. Socket: `deaf` stops pings and deliveries on
    an open connection, `disconnect` sends the envelope of that name, `drop` cuts the connection."""
    channel: str = ""
    """Only calls for this channel; empty: for any or none."""
    block: str = ""
    """Only calls with a block of this type, as where a workspace does not have it yet; empty: any or none."""
    error: str = ""
    """Slack's error code; for `disconnect` its reason."""
    status: int = 0
    """An HTTP status from 400 to 599."""
    seconds: float = 0.0
    """`ratelimited`: Retry-After, whole; `timeout`: until the connection is closed; `slow`: the delay."""
    times: int = 1
    """How often it strikes; 0 is until it is removed."""

    def __post_init__(self) -> None:
        """Refuse what no call could carry out."""
        if (self.kind in SOCKET_KINDS) != (self.method == SOCKET):
            raise ValueError(f"{self.kind!r} is not a fault of {self.method!r}")
        if self.kind == "disconnect" and self.error not in DISCONNECT_REASONS:
            raise ValueError(f"disconnect needs an error of {sorted(DISCONNECT_REASONS)}")
        if (self.kind in {"error", "disconnect"}) != bool(self.error):
            raise ValueError("error goes with the kinds error and disconnect")
        if (self.kind == "status") != (400 <= self.status <= 599):
            raise ValueError("status, from 400 to 599, goes with the kind status")
        if (self.kind in _TIMED) != (self.seconds > 0):
            raise ValueError(f"seconds, above 0, goes with the kinds {sorted(_TIMED)}")
        if self.kind == "ratelimited" and self.seconds != int(self.seconds):
            raise ValueError("Retry-After is whole seconds")
        if self.times < 0:
            raise ValueError("times is 0 or more")

    def hits(self, method: str, channel: str, blocks: Collection[str] = ()) -> bool:
        """Whether a call is meant; `blocks` are the types of those it brings."""
        if SOCKET in (method, self.method):
            return method == self.method
        meant = fnmatchcase(method, self.method) and self.channel in ("", channel)
        return meant and (not self.block or self.block in blocks)


class Faults:
    """The faults in force, in the order in which they are tried."""

    def __init__(self, *faults: Fault) -> None:
        self._faults = list(faults)

    def put(self, *faults: Fault) -> None:
        """Add faults behind those in force."""
        self._faults += faults

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._faults.clear()

    def take(self, method: str, channel: str, blocks: Collection[str] = ()) -> Fault | None:
        """Return what goes wrong with this call, None for nothing; a counted fault is used up by it."""
        for index, fault in enumerate(self._faults):
            if fault.hits(method, channel, blocks):
                if fault.times == 1:
                    del self._faults[index]
                elif fault.times:
                    self._faults[index] = replace(fault, times=fault.times - 1)
                return fault
        return None

    def as_json(self) -> list[dict[str, Any]]:
        """Return the faults in force with the `times` that are left, as `from_json` reads them."""
        return [asdict(fault) for fault in self._faults]

    def from_json(self, data: object) -> None:
        """Replace the faults in force by a list as JSON has it. Raises ValueError, then changes nothing."""
        if not isinstance(data, list):
            raise ValueError("faults are a list")  # noqa: TRY004 - one error for the driver's input
        self._faults = [_read(entry) for entry in data]


def _read(entry: object) -> Fault:
    known = {field.name for field in fields(Fault)}
    if isinstance(entry, Mapping) and (unknown := sorted(map(str, set(entry) - known))):
        raise ValueError(f"a fault has no {', '.join(unknown)}")
    try:
        return msgspec.convert(entry, Fault)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error
