"""What the tests of the Web API share."""

from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from deploy.sandbox.slack.server import SandboxSlack


def ident(slack: SandboxSlack, name: str) -> str:
    """The id of a user (alice) or a channel (#ops)."""
    found = slack.workspace.channel(name) if name.startswith("#") else slack.workspace.user(name)
    return found.id


async def outcome(client: AsyncWebClient, method: str, **arguments: object) -> str:
    """`ok`, or the error code of a call."""
    try:
        await client.api_call(method, json=arguments)
    except SlackApiError as error:
        return str(error.response["error"])
    return "ok"


async def post_raw(
    slack: SandboxSlack,
    method: str,
    **request: Any,  # noqa: ANN401 - as aiohttp takes it
) -> tuple[aiohttp.ClientResponse, dict[str, Any]]:
    """Call with the bare protocol."""
    async with aiohttp.ClientSession() as http, http.post(slack.api_url + method, **request) as response:
        return response, await response.json()
