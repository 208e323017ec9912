"""Kubernetes versions, and which are supported: the dated table of `data/versions.yaml`."""

import re
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import NamedTuple

import msgspec
from msgspec import Struct

NUMBERS = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?(?![\d.])")
GOOD_FOR = timedelta(days=180)
"""A table older than this is not judged by: it knows neither new versions nor new ends."""


class Version(NamedTuple):
    """A version's numbers; what a builder appended (`-gke.1125000`, `+k3s1`) is left out."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        """`v1.36.2`."""
        return f"v{self.major}.{self.minor}.{self.patch}"

    @property
    def name(self) -> str:
        """The minor as people write it: `1.36`."""
        return f"{self.major}.{self.minor}"


def parse(text: str) -> Version | None:
    """Read a version such as `v1.33.5-gke.1125000` or an image's tag; null where it is none.

    A build that was given no version calls itself 0.0: that is none.
    """
    match = NUMBERS.match(text)
    if not match or (match[1], match[2]) == ("0", "0"):
        return None
    return Version(int(match[1]), int(match[2]), int(match[3] or 0))


class Release(Struct, frozen=True, forbid_unknown_fields=True):
    """An upstream minor: when it came and ends, and the last patch known."""

    released: date
    end_of_life: date
    patch: int


class Term(Struct, frozen=True, forbid_unknown_fields=True):
    """Until when a provider supports a minor, ordinarily and (if it offers that) beyond."""

    standard: date
    extended: date | None = None


class Provider(Struct, frozen=True, forbid_unknown_fields=True):
    """A distribution with a calendar of its own.

    `extended` names what its support beyond the ordinary term takes; empty where every cluster gets it.
    """

    minors: dict[str, Term]
    extended: str = ""


class KubernetesReleases(Struct, frozen=True, forbid_unknown_fields=True):
    """What was known of Kubernetes' minors on a day."""

    as_of: date
    minors: dict[str, Release]
    providers: dict[str, Provider]

    @property
    def newest(self) -> Version:
        """The newest minor that the table knows, at its last known patch."""
        return max(Version(*_numbers(name), row.patch) for name, row in self.minors.items())

    def stale(self, today: date) -> bool:
        """Whether the table is too old to judge by."""
        return today - self.as_of > GOOD_FOR


class _Tables(Struct, frozen=True):
    kubernetes: KubernetesReleases


@cache
def kubernetes_releases() -> KubernetesReleases:
    """Return the table of Kubernetes' minors."""
    text = resources.files("checks.data").joinpath("versions.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=_Tables).kubernetes


def _numbers(name: str) -> tuple[int, int]:
    major, _, minor = name.partition(".")
    return int(major), int(minor)
