"""Home tabs: each is somebody's own, and comes in the end."""

import pytest

from deploy.sandbox.slack.faults import Fault
from handlers.delivery.errors import Kind, SlackRefused
from handlers.render.elements import context, section
from handlers.render.message import Tab
from tests.handlers.delivery.office import Office


def tab(text: str) -> Tab:
    return Tab([section(text)], context("of today"))


def seen(office: Office, user: str = "alice") -> list[str]:
    """What somebody has in their Home tab."""
    workspace = office.slack.workspace
    home = workspace.home(workspace.user(user).id)
    return [str(block) for block in home.body["blocks"]] if home else []


async def publish(office: Office, text: str, user: str = "alice") -> None:
    await office.courier.publish(office.slack.workspace.user(user).id, tab(text))


async def test_the_last_one_is_seen_by_its_owner_alone(office: Office) -> None:
    for text in ("first", "second"):
        await publish(office, text)
    first, dated = seen(office)
    assert "second" in first
    assert "of today" in dated
    assert seen(office, "bob") == []


@pytest.mark.parametrize(
    ("fault", "slept"),
    [
        (Fault("views.publish", "ratelimited", seconds=40), [40]),
        (Fault("views.publish", "lost_answer"), [1]),
        (Fault("views.publish", "error", error="internal_error"), [1]),
    ],
)
async def test_it_comes_in_the_end(office: Office, fault: Fault, slept: list[float]) -> None:
    office.goes_wrong(fault)
    await publish(office, "clusters")
    assert "clusters" in seen(office)[0]
    assert office.slept == slept


@pytest.mark.parametrize(
    ("code", "kind"),
    [("not_enabled", Kind.APP), ("view_too_large", Kind.LAYOUT), ("user_not_found", Kind.OTHER)],
)
async def test_why_it_does_not_come(office: Office, code: str, kind: Kind) -> None:
    office.goes_wrong(Fault("views.publish", "error", error=code))
    with pytest.raises(SlackRefused) as refused:
        await publish(office, "clusters")
    assert refused.value.kind is kind
    assert refused.value.hint
