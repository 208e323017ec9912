"""Tables of what people accepted and did."""

from datetime import timedelta

from msgspec import structs

from bot.output.text.page import printed
from bot.output.text.records import AcceptanceRow, render_acceptances, render_audit
from handlers.intents import Verb
from handlers.ports import Entry
from tests.bot.output.build import HOSTILE
from tests.bot.output.golden import assert_golden
from tests.bot.output.sample import NOW, TAKEN

WAIVER = AcceptanceRow(
    cluster="prod-eu",
    kind="waiver",
    check="image-tags",
    fingerprint="0123456789abcdef",
    subject="Deployment shop/cart",
    namespace="*",
    name="*",
    by="alice",
    reason="pinned next week",
    until=NOW + timedelta(hours=9),
    days_left=0,
    source="Slack",
    link="",
    id="w-7f3a9c",
)
ROWS = [
    WAIVER,
    structs.replace(
        WAIVER, subject="", check="", cluster="*", source="readiness.yaml", id="", days_left=1, until=NOW
    ),
    structs.replace(
        WAIVER, subject="", fingerprint="", check="replicas", namespace="shop", name="cart-*", days_left=30
    ),
    structs.replace(
        WAIVER, kind="attestation", check="tracing", by=HOSTILE, reason=HOSTILE, id="a-1b2c3d", days_left=7
    ),
]
ENTRY = Entry(
    at=TAKEN,
    user="UANN",
    channel="COPS",
    verb=Verb.RUN,
    what="check prod-eu",
    outcome="done",
    cluster="prod-eu",
    detail="20261101-124600-aaaa",
)
ENTRIES = [
    ENTRY,
    structs.replace(ENTRY, at=TAKEN - timedelta(days=3), what="waive prod-eu", outcome="refused", detail=""),
    structs.replace(ENTRY, what=f"check {HOSTILE}", outcome="failed", detail=HOSTILE),
]


def test_what_is_accepted() -> None:
    assert_golden("waivers.txt", printed(render_acceptances(ROWS)))


def test_nothing_accepted_is_said() -> None:
    assert printed(render_acceptances([])) == "Nothing is waived or attested.\n"


def test_who_did_what() -> None:
    assert_golden("audit.txt", printed(render_audit(ENTRIES, NOW)))


def test_nothing_on_record_is_said() -> None:
    assert printed(render_audit([], NOW)) == "Nothing is on record.\n"
