"""Where a schedule may post: channels by name and by id, and what keeps the bot or the asker out of them."""

from collections.abc import AsyncIterator

import pytest

from checks.errors import UsageError
from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.model import Channel
from handlers.delivery.errors import SlackRefused
from tests.handlers import bureau as bureaus
from tests.handlers.delivery.office import Office


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with bureaus.bureau() as one:
        yield one.office


def channel(office: Office, name: str) -> Channel:
    return office.slack.workspace.channel(name)


async def test_a_channel_is_found_by_its_name_and_by_its_id(office: Office) -> None:
    ops = channel(office, "#ops").id
    for said in ("#ops", "#OPS", ops):
        assert await office.courier.open_to(office.asker(), said) == ops


async def test_names_are_looked_up_among_those_the_bot_is_in_page_by_page(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.delivery.channels.PAGE", 2)
    workspace = office.slack.workspace
    for number in range(5):
        workspace.add_channel(f"team-{number}", workspace.bot.id)
    workspace.add_channel("elsewhere", workspace.user("alice").id)
    wanted = channel(office, "#team-4").id
    assert await office.courier.open_to(office.asker(), "#team-4") == wanted
    assert len(office.called("users.conversations")) > 2
    assert not office.called("conversations.list")
    with pytest.raises(UsageError, match="I am not in #elsewhere"):
        await office.courier.open_to(office.asker(), "#elsewhere")


async def test_a_private_channel_is_there_for_its_members_alone(office: Office) -> None:
    private = channel(office, "#private-sre")
    workspace = office.slack.workspace
    alice = workspace.user("alice").id
    private.members = [workspace.bot.id, alice]
    for said in ("#private-sre", private.id):
        assert await office.courier.open_to(office.asker(), said) == private.id
    private.members = [workspace.bot.id]
    for said, called in (("#private-sre", "#private-sre"), (private.id, "that channel")):
        with pytest.raises(UsageError) as outside:
            await office.courier.open_to(office.asker(), said)
        assert str(outside.value) == f"I am not in {called}"


@pytest.mark.parametrize(
    ("restricted", "archived", "words"),
    [
        ("", True, "is archived"),
        ("restricted_action_read_only_channel", False, "is closed to my messages"),
        ("restricted_action_thread_only_channel", False, "takes no messages of mine but in threads"),
    ],
)
async def test_a_channel_that_is_closed_is_refused(
    office: Office,
    restricted: str,
    archived: bool,  # noqa: FBT001 - as it is
    words: str,
) -> None:
    ops = channel(office, "#ops")
    ops.restricted, ops.archived = restricted, archived
    for said in ("#ops", ops.id):
        with pytest.raises(UsageError, match=words):
            await office.courier.open_to(office.asker(), said)


async def test_where_the_bot_is_not_it_says_how_to_have_it_there(office: Office) -> None:
    ops = channel(office, "#ops")
    ops.members.remove(office.slack.workspace.bot.id)
    for said in ("#ops", ops.id, "C999999999"):
        with pytest.raises(UsageError) as absent:
            await office.courier.open_to(office.asker(), said)
        assert absent.value.hint == "`/invite @readiness` there, then ask again"


async def test_of_direct_messages_only_ones_own_are_open(office: Office) -> None:
    workspace = office.slack.workspace
    own = workspace.im(workspace.user("alice").id).id
    other = workspace.im(workspace.user("bob").id).id
    assert await office.courier.open_to(office.asker(), own) == own
    with pytest.raises(UsageError, match="I am not in that conversation"):
        await office.courier.open_to(office.asker(), other)


async def test_group_messages_that_the_app_cannot_look_at_are_refused(office: Office) -> None:
    office.goes_wrong(Fault("conversations.info", "error", error="missing_scope"))
    with pytest.raises(UsageError, match="I cannot post in that channel"):
        await office.courier.open_to(office.asker(), channel(office, "#ops").id)


async def test_what_has_nothing_to_do_with_the_channel_is_raised_as_it_is(office: Office) -> None:
    office.goes_wrong(Fault("users.conversations", "error", error="token_revoked"))
    with pytest.raises(SlackRefused, match="token_revoked"):
        await office.courier.open_to(office.asker(), "#ops")
