"""The workspace that a sandbox starts with."""

from deploy.sandbox.slack.workspace import Workspace


def furnish(workspace: Workspace) -> Workspace:
    """Add alice, bob and carol; @sre, who is alice; and channels.

    The bot is in #general and #ops, not in the private #private-sre. #old is archived.
    """
    alice, bob, carol = (
        workspace.add_user(name, real, tz).id
        for name, real, tz in (
            ("alice", "Alice Anders", "Europe/Berlin"),
            ("bob", "Bob Brandt", "America/New_York"),
            ("carol", "Carol Chen", "Asia/Singapore"),
        )
    )
    bot = workspace.bot.id
    workspace.add_channel("general", alice, bob, carol, bot)
    workspace.add_channel("ops", alice, bob, carol, bot)
    workspace.add_channel("private-sre", alice, bob, kind="private_channel")
    workspace.add_channel("old", alice, bob, bot, archived=True)
    workspace.add_group("sre", alice, name="Site reliability")
    return workspace
