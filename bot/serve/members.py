"""Who is in a user group, as Slack knows."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.members import Members


def members(client: AsyncWebClient) -> Members:
    """Return a function from a group's id to its users. It raises whatever slack_sdk and aiohttp do."""

    async def of_group(group: str) -> frozenset[str]:
        answer = await client.usergroups_users_list(usergroup=group)
        return frozenset(answer.get("users") or ())

    return of_group
