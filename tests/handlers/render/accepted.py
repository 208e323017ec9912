"""Waivers and attestations for the tests."""

from datetime import UTC, datetime

from msgspec import structs

from handlers.ports import Acceptance
from handlers.request import Asker

ASKER = Asker("U2", "C1", thread_ts="1.2", response_url="https://hooks.example/r")
WAIVED = Acceptance(
    cluster="prod-eu",
    by="alice",
    user="U1",
    reason="leader-elected, one is enough",
    until=datetime(2026, 11, 15, tzinfo=UTC),
    check="replicas",
    fingerprint="0123456789abcdef",
    subject="Deployment shop/cart",
    id="w-7f3a9c",
)
CONFIGURED = Acceptance(
    cluster="prod-*",
    by="bob",
    reason="until the move to the new pools",
    until=datetime(2026, 11, 1, 18, tzinfo=UTC),
    check="image-tags",
    namespace="shop-*",
    name="legacy-*",
)
WHOLE = structs.replace(CONFIGURED, cluster="prod-eu", name="*", id="w-0aa1b2", user="U3")
ATTESTED = Acceptance(
    cluster="prod-eu",
    by="carol",
    user="U3",
    reason="restored on 2026-10-01",
    until=datetime(2026, 12, 1, tzinfo=UTC),
    attestation=True,
    check="control-plane-backup",
    link="https://wiki.example.org/backup?a=1&b=2",
    id="a-0c41d2",
)
