"""The commands about Slack. Declarations only, as in `bot.cli`."""

from typing import Annotated

import typer

from bot.cli_help import Program
from bot.commands.options import Where
from bot.commands.parameters import Config, Kubeconfig, PoolAtOnce, Seconds

slack_app = Program(help="Look after the Slack app.", no_args_is_help=True)


def serve(
    *,
    http: Annotated[
        str | None,
        typer.Option(
            "--http",
            metavar="[HOST]:PORT",
            help="Listen for signed deliveries at /slack/events, instead of Socket Mode.",
        ),
    ] = None,
    no_worker: Annotated[
        bool,
        typer.Option("--no-worker", help="Read no cluster here: leave that to `readiness worker`."),
    ] = False,
    pool_at_once: PoolAtOnce = None,
    seconds: Seconds = 60,
    kubeconfig: Kubeconfig = None,
    config: Config = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what happens, in detail.")] = False,
) -> None:
    """Answer in Slack.

    Needs SLACK_BOT_TOKEN, and SLACK_APP_TOKEN for Socket Mode or SLACK_SIGNING_SECRET for --http. Look first
    whether all is in order with `readiness slack check`.
    """
    from bot.commands import serve as command

    command.run(
        Where(config, kubeconfig, None),
        http=http,
        worker=not no_worker,
        pool_at_once=pool_at_once,
        seconds=seconds,
        verbose=verbose,
    )


@slack_app.command()
def check(
    channels: Annotated[
        list[str] | None, typer.Argument(metavar="[CHANNEL]...", help="Channels to look at, by name or ID.")
    ] = None,
    *,
    http: Annotated[bool, typer.Option("--http", help="For signed HTTP: no app-level token.")] = False,
    config: Config = None,
) -> None:
    """Say what is wrong with tokens, scopes and channels.

    Exit code 1 where something is.
    """
    from bot.commands import serve as command

    raise typer.Exit(command.check(Where(config, None, None), channels or [], http=http))
