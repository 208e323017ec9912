"""When something may be posted in a channel: its quiet hours, weekends, holidays and days off."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.scheduling.walls import first_moment, moment_after, wall
from bot.settings_schedules import ChannelEntry

DAY = timedelta(days=1)
LONGEST = timedelta(days=366)
"""After so long, something is posted even though every hour was quiet."""
ENGLISH = "en_US"
DAY_OFF = "a day off"


class Hours:
    """See `handlers.schedules.ports.Hours`. A channel that no entry is about is always open."""

    def __init__(self, entries: Iterable[ChannelEntry]) -> None:
        self._entries = {entry.channel: entry for entry in entries}

    def opens(self, channel: str, moment: datetime) -> datetime:
        """Return the first moment from this one on at which something may be posted, at most a year later.

        It is this one itself where the channel is open, otherwise one in the channel's zone.
        """
        entry = self._entries.get(channel)
        if not entry:
            return moment
        zone = ZoneInfo(entry.zone)
        start = now = moment.astimezone(UTC)
        while now - start < LONGEST and (after := _closed_until(entry, zone, now)):
            now = after
        return moment if now == start else now.astimezone(zone)

    def holiday(self, channel: str, day: date) -> str:
        """Return what a channel celebrates on a day; empty for nothing."""
        entry = self._entries.get(channel)
        return _holiday(entry, day) if entry else ""

    def put_off(self, channel: str, moment: datetime) -> datetime:
        """Return when a digest that is due at a moment may be posted: at midnight nobody waits for one.

        What is due on a day off comes on the next working day at the same time of day, or when that ends to
        be quiet.
        """
        opens = self.opens(channel, moment)
        entry = self._entries.get(channel)
        if not entry or opens == moment:
            return moment
        zone = ZoneInfo(entry.zone)
        shown = wall(moment, zone)
        if not _is_off(entry, shown.date()):
            return opens
        same = first_moment(datetime.combine(opens.date(), shown.time()), zone)
        later = self.opens(channel, same).astimezone(zone)
        return later if later.date() == opens.date() else opens

    def works(self, channel: str, day: date) -> bool:
        """Whether a day is no holiday of a channel, nor of a weekend that is quiet there."""
        entry = self._entries.get(channel)
        return not (entry and _is_off(entry, day))


def _closed_until(entry: ChannelEntry, zone: ZoneInfo, moment: datetime) -> datetime | None:
    """Return when what closes a channel at a moment is over; null where it is open."""
    shown = wall(moment, zone)
    today = shown.date()
    if _is_off(entry, today):
        return moment_after(datetime.combine(today + DAY, time()), zone, moment)
    if not entry.quiet:
        return None
    begin, end = entry.quiet
    over_midnight = end <= begin
    if not over_midnight:
        ends = today if begin <= shown.time() < end else None
    else:
        ends = today if shown.time() < end else today + DAY if shown.time() >= begin else None
    return moment_after(datetime.combine(ends, end), zone, moment) if ends else None


def _is_off(entry: ChannelEntry, day: date) -> bool:
    return bool(entry.weekends and day.weekday() >= 5) or bool(_holiday(entry, day))


def _holiday(entry: ChannelEntry, day: date) -> str:
    if entry.holidays and (name := _calendar(entry.holidays, day.year).get(day)):
        return name
    return DAY_OFF if day in entry.days_off else ""


@lru_cache(maxsize=256)
def _calendar(place: str, year: int) -> Mapping[date, str]:
    """Return the holidays of a country, or of a part of one (`DE-BE`), in a year, in English."""
    from holidays import country_holidays  # noqa: PLC0415 - large, and few channels name a country

    country, _, part = place.partition("-")
    return dict(country_holidays(country, subdiv=part or None, years=year, language=ENGLISH))
