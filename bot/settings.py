"""`readiness.yaml`: what the clusters are, what people have accepted or signed, who may do what, and when.

Searched for in `--config`, `$READINESS_CONFIG`, `./readiness.yaml` and the XDG configuration directory; the
first found counts. Strict: an unknown key is an error, with its line and the nearest right one.
"""

import os
import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    model_validator,
)

from bot.settings_access import AccessRule, why_no_yaml
from bot.settings_parts import Section, Text
from bot.settings_schedules import (
    Alerts,
    ChannelEntries,
    OwnerEntries,
    ScheduleEntries,
    alerting,
    owner_rules,
)
from bot.yamlfile import Document, parse
from checks.attestations import Attestation
from checks.catalogue import BY_ID
from checks.errors import UsageError
from checks.model import Management
from checks.nearest import did_you_mean
from checks.snapshot import OWNER_LABELS, Facts
from checks.waivers import Waiver
from handlers.schedules.model import Schedule
from handlers.schedules.ports import Alerting

NAME = "readiness.yaml"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class ConfigError(UsageError):
    """`problems` are whole sentences, each with its line; `str()` is the first and how many more."""

    def __init__(self, problems: list[str]) -> None:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(problems[0] + more, "see all of them with `readiness config validate`")
        self.problems = problems


def _end(value: object) -> object:
    """Turn a day into its end, UTC: what holds until the 31st holds on the 31st, in quotes or not."""
    if isinstance(value, str) and DAY.fullmatch(value.strip()):
        with suppress(ValueError):
            value = date.fromisoformat(value.strip())
    if isinstance(value, date) and not isinstance(value, datetime):
        if value == date.max:  # "for ever", as some write it, has no day after it
            return datetime.max.replace(tzinfo=UTC)
        return datetime.combine(value + timedelta(days=1), time(), UTC)
    return value


def _aware(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _known_check(value: str) -> str:
    if value not in BY_ID:
        raise ValueError(f"there is no check {value}: {did_you_mean(value, BY_ID)}")
    return value


Until = Annotated[datetime, BeforeValidator(_end), AfterValidator(_aware)]
CheckId = Annotated[str, AfterValidator(_known_check)]


class ClusterEntry(Section):
    """A cluster: where it is, and what its API cannot show."""

    name: Text
    aliases: tuple[Text, ...] = ()
    environment: str = ""
    labels: dict[Text, str] = Field(default_factory=dict)
    context: str = ""
    kubeconfig: str = ""
    in_cluster: bool = False
    management: Management | None = None
    fixed_nodes: bool = False
    critical: bool = False
    registries: tuple[Text, ...] = ()
    operators: tuple[Text, ...] = ()
    owner_labels: tuple[Text, ...] = OWNER_LABELS

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.in_cluster and (self.context or self.kubeconfig):
            raise ValueError("in_cluster excludes context and kubeconfig")
        return self

    @property
    def facts(self) -> Facts:
        """What checks are told."""
        return Facts(
            management=self.management,
            fixed_nodes=self.fixed_nodes,
            critical=self.critical,
            registries=self.registries,
            operators=self.operators,
            owner_labels=self.owner_labels,
        )


class WaiverEntry(Section):
    """A waiver: a fingerprint, or a check with patterns of namespace and name."""

    by: Text
    reason: Text
    until: Until
    cluster: str = "*"
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")] | None = None
    check: CheckId | None = None
    namespace: str = "*"
    name: str = "*"

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.fingerprint is None) == (self.check is None):
            raise ValueError("a waiver names either a fingerprint or a check")
        return self


class AttestationEntry(Section):
    """An attestation: somebody's word that a check passes."""

    check: CheckId
    by: Text
    reason: Text
    until: Until
    cluster: str = "*"
    link: str = ""


class Retention(Section):
    """How much history is kept of each cluster; whichever ends first."""

    reports: Annotated[int, Field(ge=2)] = 1000
    days: Annotated[int, Field(ge=1)] = 90


class Settings(Section):
    """The whole file."""

    clusters: tuple[ClusterEntry, ...] = ()
    waivers: tuple[WaiverEntry, ...] = ()
    attestations: tuple[AttestationEntry, ...] = ()
    retention: Retention = Retention()
    access: tuple[AccessRule, ...] = ()
    schedules: ScheduleEntries = ()
    channels: ChannelEntries = ()
    alerts: Alerts = Alerts()
    owners: OwnerEntries = ()

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        seen: set[str] = set()
        for entry in self.clusters:
            for name in (entry.name, *entry.aliases):
                if name in seen:
                    raise ValueError(f"two clusters are called {name}")
                seen.add(name)
        return self

    def find(self, name: str) -> ClusterEntry | None:
        """Return a cluster by name or, failing that, by alias."""
        by_name = next((entry for entry in self.clusters if entry.name == name), None)
        return by_name or next((entry for entry in self.clusters if name in entry.aliases), None)

    def accepted(self) -> list[Waiver]:
        """Return the waivers as checks know them."""
        return [
            Waiver(
                by=entry.by,
                reason=entry.reason,
                until=entry.until,
                cluster=entry.cluster,
                fingerprint=entry.fingerprint or "",
                check=entry.check or "",
                namespace=entry.namespace,
                name=entry.name,
            )
            for entry in self.waivers
        ]

    def signed(self) -> list[Attestation]:
        """Return the attestations as checks know them."""
        return [Attestation(**entry.model_dump()) for entry in self.attestations]

    def planned(self) -> list[Schedule]:
        """Return the schedules as the bot knows them."""
        return [entry.planned for entry in self.schedules]

    def owner_rules(self, cluster: str) -> tuple[tuple[str, str], ...]:
        """Return the patterns of namespaces of a cluster and whose they are, the first that fits counts."""
        return owner_rules(self.owners, cluster)

    def alerting(self) -> Alerting:
        """Return how changes are told between digests."""
        return alerting(self.alerts, self.owners)


def find_file(explicit: str | None = None) -> Path | None:
    """Return the file that counts. Raises `UsageError` where a named one is not there."""
    named = explicit or os.environ.get("READINESS_CONFIG")
    if named:
        path = Path(named).expanduser()
        if not path.is_file():
            raise UsageError(f"there is no configuration file {path}")
        return path
    xdg = Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser()
    return next((path for path in (Path(NAME), xdg / "readiness" / NAME) if path.is_file()), None)


def load(path: Path | None) -> Settings:
    """Read a configuration; the defaults where there is none. Raises `ConfigError` with every problem."""
    if path is None:
        return Settings()
    text = _text(path)
    try:
        document = parse(text)
    except ValueError as error:
        raise ConfigError([f"{path}:{error}{why_no_yaml(text)}"]) from error
    if document.duplicates:
        raise ConfigError([f"{path}:{line}: {key} is there twice" for key, line in document.duplicates])
    try:
        settings = Settings.model_validate(document.content if document.content is not None else {})
    except ValidationError as error:
        raise ConfigError([_sentence(path, document, item) for item in error.errors()]) from error
    entries = tuple(_placed(entry, path.parent) for entry in settings.clusters)
    return settings.model_copy(update={"clusters": entries})


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}:1: not UTF-8: {error.reason}"]) from error


def _placed(entry: ClusterEntry, folder: Path) -> ClusterEntry:
    """Take a relative kubeconfig from where the configuration is, as kubeconfigs do with certificates."""
    if not entry.kubeconfig:
        return entry
    return entry.model_copy(update={"kubeconfig": str(folder / Path(entry.kubeconfig).expanduser())})


def _sentence(path: Path, document: Document, error: Any) -> str:  # noqa: ANN401 - pydantic's error dict
    loc = (*error["loc"], *error.get("ctx", {}).get("at", ()))
    where = f"{path}:{document.line(loc)}"
    if error["type"] == "extra_forbidden":
        known = _fields(loc[:-1])
        return f"{where}: unknown key {loc[-1]}: {did_you_mean(str(loc[-1]), known)}"
    key = ".".join(str(part) for part in loc) or NAME
    message = str(error["msg"]).removeprefix("Value error, ").replace("a valid tuple", "a valid list")
    message = message.partition(" or instance of ")[0]
    return f"{where}: {key}: {message}"


def _fields(loc: tuple[str | int, ...]) -> list[str]:
    """Return the keys that belong where an unknown one stands."""
    if not loc:
        return list(Settings.model_fields)
    annotation: Any = Settings.model_fields[str(loc[0])].annotation
    section: type[BaseModel] = (get_args(annotation) or (annotation,))[0]
    return list(section.model_fields)
