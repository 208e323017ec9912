"""What goes wrong, said in one sentence for the person who asked, with the exit code it means."""

from typing import ClassVar


class ReadinessError(Exception):
    """The base: `str()` is the sentence, `hint` what to do about it (may be empty)."""

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(ReadinessError):
    """The command line or the configuration cannot be followed."""


class ClusterError(ReadinessError):
    """Nothing could be read of the cluster."""

    exit_code: ClassVar[int] = 3


class StoreError(ReadinessError):
    """The store cannot be used, or not for this."""
