"""The names that a report holds, by which a sentence may speak of what is in it."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from checks.model import Report

NAME = r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?"
GENERATED = re.compile(r"(?:-[0-9a-f]{8,10}-[a-z0-9]{5}|-[a-z0-9]{5}|-\d+)$")
"""The end of a pod's name that its owner's lacks."""
REMEMBERED = 4
"""Reports whose names are kept."""


class _Same:
    """A report, told from others by its identity: to compare the contents of two takes long."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def __hash__(self) -> int:
        return id(self.report)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.report is self.report


@dataclass(frozen=True)
class _Held:
    """The names that a report holds: owners by how they are typed, with objects the checks they fail."""

    namespaces: set[str] = field(default_factory=set)
    owners: dict[str, str] = field(default_factory=dict)
    objects: dict[str, set[str]] = field(default_factory=dict)


@lru_cache(maxsize=REMEMBERED)
def _names(same: _Same) -> _Held:
    """Return the names in a report; of 20,000 findings that takes ten times as long as a question."""
    held = _Held()
    for result in same.report.results:
        for finding in result.findings:
            held.objects.setdefault(finding.ref.name, set()).add(result.id)
            held.namespaces.add(finding.ref.namespace)
            held.owners[finding.owner.lower()] = finding.owner
    held.namespaces.discard("")
    held.owners.pop("", None)
    return held


class Names:
    """What a report names, as far as a sentence speaks of it; made once for a sentence."""

    def __init__(self, report: Report | None, said: str) -> None:
        spoken = {match[0] for match in re.finditer(NAME, said)}
        spoken |= {GENERATED.sub("", word) for word in spoken}
        known = _names(_Same(report)) if report else _Held()
        self.namespaces = known.namespaces
        self.owners = known.owners
        self.objects = {name: known.objects[name] for name in spoken if name in known.objects}

    @property
    def all(self) -> set[str]:
        """Every name that is known."""
        return self.namespaces | self.owners.keys() | self.objects.keys()
