"""Who is in a user group, as Slack says it."""

import pytest
from slack_sdk.errors import SlackApiError

from bot.serve.app import web_client
from bot.serve.members import members
from bot.serve.tokens import Tokens
from deploy.sandbox.slack.server import SandboxSlack


async def test_the_members_of_a_group() -> None:
    async with (
        SandboxSlack() as slack,
        web_client(Tokens(slack.bot_token, api_url=slack.api_url)) as client,
    ):
        of_group = members(client)
        alice = slack.workspace.user("alice").id
        assert await of_group(next(iter(slack.workspace.groups))) == {alice}
        assert await of_group(slack.workspace.add_group("nobody").id) == frozenset()
        with pytest.raises(SlackApiError, match="no_such_subteam"):
            await of_group("S0999999999")
