"""Schedules for the tests."""

from datetime import UTC, datetime, timedelta

from msgspec import structs

from handlers.ports import Cluster
from handlers.render import schedule_form
from handlers.render.schedules import Shown
from handlers.schedules.intents import Plan
from handlers.schedules.model import Fired, Mode, Outcome, Schedule, Selection, Timing
from tests.bot.output.sample import NOW
from tests.handlers.render.accepted import ASKER

CLUSTERS = (
    Cluster("prod-eu", ("eu",), "production", {"tier": "gold"}),
    Cluster("prod-us", (), "production"),
    Cluster("test", (), "staging"),
)
DAILY = Schedule(
    id="s-7f3a9c",
    selection=Selection(("prod-eu",)),
    timing=Timing(cron="0 9 * * *", zone="Europe/Berlin"),
    channel="C024BE91L",
    user="U1",
    by="alice",
    made=datetime(2026, 10, 1, 12, tzinfo=UTC),
)
EVERY = structs.replace(
    DAILY,
    id="s-0c41d2",
    selection=Selection(("prod-*",), "production", {"tier": "gold"}),
    timing=Timing(every=14_400),
    mode=Mode.CHANGES,
    alerts=False,
    channel="D024BE91L",
)
MORNING = Schedule(
    id="morning",
    selection=Selection(("*",)),
    timing=Timing(cron="30 8 * * mon-fri", zone="Europe/Berlin"),
    channel="C0000000006",
    mode=Mode.ALERTS,
    configured=True,
)
POSTED = Fired(nominal=NOW - timedelta(hours=4), at=NOW - timedelta(hours=4), outcome=Outcome.POSTED)
SHOWN = Shown(DAILY, CLUSTERS[:1], NOW + timedelta(hours=19), POSTED, may=True)
FORM = schedule_form.form(Plan(DAILY.selection, DAILY.timing, DAILY.channel), CLUSTERS, ASKER)
