"""The sections of readiness.yaml about time: `schedules:`, `channels:`, `alerts:` and `owners:`."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from fnmatch import fnmatchcase
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from bot.settings_access import IDS, ChannelId
from bot.settings_parts import Section, Text
from checks.errors import UsageError
from checks.model import Severity
from checks.nearest import did_you_mean, nearest
from handlers.schedules import timing, zones
from handlers.schedules.model import Mode, Schedule, Selection
from handlers.schedules.ports import Alerting

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
SLACKS_OWN = re.compile(r"s-[0-9a-f]{6,}")
"""What schedules of Slack are called."""
SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
MENTIONED = "|".join(f"(?:{IDS[kind][0]})" for kind in ("user", "user group"))


def _said(error: UsageError) -> ValueError:
    """Return an error of ours as one that pydantic takes, in one sentence."""
    return ValueError(f"{error}: {error.hint}" if error.hint else str(error))


def _name(value: str) -> str:
    if not NAME.fullmatch(value):
        raise ValueError("a name has up to 60 letters, digits, dots, - and _, since commands name it")
    if SLACKS_OWN.fullmatch(value):
        raise ValueError("names such as s-7f3a9c are those of schedules made in Slack")
    return value


def _words(value: object) -> object:
    if isinstance(value, int | float):
        raise ValueError(  # noqa: TRY004 - pydantic takes no TypeError
            'write it in quotes, such as "daily 10:30": YAML takes 10:30 for a number'
        )
    return value


def _timing(value: str) -> str:
    try:
        timing.read(value)
    except UsageError as error:
        raise _said(error) from error
    return value


def _zone(value: str) -> str:
    try:
        return zones.zone(value)
    except UsageError as error:
        raise _said(error) from error


def _mode(value: object) -> object:
    if value not in list(Mode):
        raise ValueError(f"there is no mode {value}: {did_you_mean(str(value), Mode)}")
    return value


def _quiet(value: object) -> object:
    match = SPAN.fullmatch(value) if isinstance(value, str) else None
    hours = [int(part) for part in match.groups()] if match else []
    if not hours or max(hours[1], hours[3]) > 59 or hours[0] > 23 or hours[2] * 60 + hours[3] > 24 * 60:
        raise ValueError(f'write quiet hours as "20:00-07:00", not {value}')
    begin, end = time(hours[0], hours[1]), time(hours[2] % 24, hours[3])
    if begin == end:
        raise ValueError("quiet hours that end when they begin leave no time at all")
    return begin, end


def _country(value: object) -> object:
    if value is False:
        raise ValueError('write "NO" in quotes: without them YAML takes Norway for a no')
    if not isinstance(value, str) or not value:
        return value
    from holidays import list_supported_countries, registry  # noqa: PLC0415 - large, and few name a country

    known = list_supported_countries(include_aliases=False)
    country, dash, part = value.partition("-")
    if country not in known:
        names = {english.casefold(): code for english, code, *_ in registry.COUNTRIES.values()}
        close = nearest(country.upper(), known) if len(country) < 4 else nearest(country.casefold(), names)
        meant = [names.get(name, name) for name in close]
        hint = f"did you mean {' or '.join(meant)}?" if meant else "write it as DE, or DE-BE for a part of it"
        raise ValueError(f"no holidays are known of {country}: {hint}")
    if dash and part not in known[country]:
        raise ValueError(_no_part(country, part, known[country]))
    return value


def _no_part(country: str, part: str, parts: Sequence[str]) -> str:
    """Say of a part of a country that there is none, and which there are."""
    if not parts:
        return f"no part of {country} has holidays of its own here: write {country}"
    if not part:
        there = ", ".join(parts)
        return f"{country}- lacks a part: write {country}, or {country}-{parts[0]}; there are: {there}"
    return f"{country} has no part {part}: {did_you_mean(part, parts)}"


def _mention(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(MENTIONED, value):
        return value
    _, user, where = IDS["user"]
    _, group, where_group = IDS["user group"]
    raise ValueError(
        f"write the ID of the user or the user group, such as {user} or {group}, not {value}: {where};"
        f" {where_group}"
    )


def _twice(values: Sequence[str], key: str, what: str) -> None:
    """Raise where something is there twice; the error says where in the section (`at`)."""
    for number, value in enumerate(values):
        if value in values[:number]:
            raise PydanticCustomError(
                "twice", "{what} {value}", {"what": what, "value": value, "at": (number, key)}
            )


Words = Annotated[str, AfterValidator(_timing), BeforeValidator(_words)]
Zone = Annotated[str, AfterValidator(_zone)]


class ScheduleEntry(Section):
    """A schedule: which clusters are told of, when, and where.

    `clusters` are shell patterns of names; clusters of the environment with all the labels are meant too.
    """

    name: Annotated[str, AfterValidator(_name)]
    clusters: tuple[Text, ...] = ()
    environment: str = ""
    labels: dict[Text, str] = Field(default_factory=dict)
    at: Words
    zone: Zone = ""
    channel: ChannelId
    mode: Annotated[Mode, BeforeValidator(_mode)] = Mode.DIGEST
    alerts: bool = True

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not (self.clusters or self.environment or self.labels):
            raise ValueError('name clusters, an environment or labels: `clusters: ["*"]` means every cluster')
        try:
            timing.read(self.at, self.zone)
        except UsageError as error:
            raise _said(error) from error
        return self

    @property
    def planned(self) -> Schedule:
        """The schedule as the bot knows it."""
        return Schedule(
            id=self.name,
            selection=Selection(self.clusters, self.environment, self.labels),
            timing=timing.read(self.at, self.zone),
            channel=self.channel,
            mode=self.mode,
            alerts=self.alerts,
            configured=True,
        )


class ChannelEntry(Section):
    """When nothing is posted in a channel: from one time of day to another, at weekends, on days off.

    A digest that is due at a weekend comes on the next working day, at the same time of day; of several the
    last, and none where another is due by then. On holidays and days off none comes at all.
    """

    channel: ChannelId
    zone: Zone = "UTC"
    quiet: Annotated[tuple[time, time] | None, BeforeValidator(_quiet)] = None
    weekends: bool = False
    holidays: Annotated[str, BeforeValidator(_country)] = ""
    days_off: tuple[date, ...] = ()


class Alerts(Section):
    """Which changes are told between digests, and after how many readings that show them."""

    readings: Annotated[int, Field(ge=1, le=100)] = 2
    severity: Severity = Severity.HIGH


class OwnerEntry(Section):
    """An owner as labels and annotations name it: whom to mention, and which namespaces are theirs."""

    owner: Text
    mention: Annotated[str, BeforeValidator(_mention)] = ""
    namespaces: tuple[Text, ...] = ()
    clusters: tuple[Text, ...] = ("*",)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.mention or self.namespaces):
            raise ValueError("an owner has a mention, or namespaces")
        return self


def _named_once(entries: tuple[ScheduleEntry, ...]) -> tuple[ScheduleEntry, ...]:
    _twice([entry.name for entry in entries], "name", "two schedules are called")
    return entries


def _channels_once(entries: tuple[ChannelEntry, ...]) -> tuple[ChannelEntry, ...]:
    _twice([entry.channel for entry in entries], "channel", "two entries are about the channel")
    return entries


def _mentioned_once(entries: tuple[OwnerEntry, ...]) -> tuple[OwnerEntry, ...]:
    """Refuse a second mention; an owner may have several entries, for other clusters."""
    mentions = list(dict.fromkeys((entry.owner, entry.mention) for entry in entries if entry.mention))
    owners = [owner for owner, _ in mentions]
    twice = next((owner for number, owner in enumerate(owners) if owner in owners[:number]), "")
    if twice:
        raise ValueError(
            f"{twice} has two mentions: {' and '.join(it for owner, it in mentions if owner == twice)}"
        )
    return entries


ScheduleEntries = Annotated[tuple[ScheduleEntry, ...], AfterValidator(_named_once)]
ChannelEntries = Annotated[tuple[ChannelEntry, ...], AfterValidator(_channels_once)]
OwnerEntries = Annotated[tuple[OwnerEntry, ...], AfterValidator(_mentioned_once)]


def alerting(alerts: Alerts, owners: Iterable[OwnerEntry]) -> Alerting:
    """Return how changes are told between digests."""
    mentions = {entry.owner: entry.mention for entry in owners if entry.mention}
    return Alerting(alerts.readings, alerts.severity, mentions)


def owner_rules(owners: Iterable[OwnerEntry], cluster: str) -> tuple[tuple[str, str], ...]:
    """Return the patterns of namespaces of a cluster, each with its owner, in the order of the file."""
    about = (entry for entry in owners if any(fnmatchcase(cluster, it) for it in entry.clusters))
    return tuple((pattern, entry.owner) for entry in about for pattern in entry.namespaces)
