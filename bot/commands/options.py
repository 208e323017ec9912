"""What the options of several commands come to."""

from pathlib import Path
from typing import NamedTuple

from checks.model import Family, Severity


class Where(NamedTuple):
    """Where clusters are looked up: the paths as given, null for the defaults."""

    config: Path | None
    kubeconfig: str | None
    context: str | None


class Choice(NamedTuple):
    """Which checks are run; all where nothing is named."""

    families: tuple[Family, ...] = ()
    check_ids: tuple[str, ...] = ()

    @property
    def partial(self) -> bool:
        """Whether some are left out."""
        return bool(self.families or self.check_ids)


class Show(NamedTuple):
    """How a report is shown; filters limit what is shown, never what is judged."""

    output: str = "text"
    namespace: str | None = None
    owner: str | None = None
    severity: Severity | None = None
    verbose: bool = False
