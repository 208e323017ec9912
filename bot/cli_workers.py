"""The commands about what runs where. Declarations only, as in `bot.cli`."""

from typing import Annotated

import typer

from bot.commands.options import Where
from bot.commands.parameters import As, Config, Kubeconfig, Plain, PoolAtOnce, Seconds


def worker(
    *,
    clusters: Annotated[
        list[str] | None,
        typer.Option(
            "--clusters",
            metavar="A,B",
            help="Read these only, by name or alias. By default whatever can be reached from here.",
        ),
    ] = None,
    environment: Annotated[
        str | None, typer.Option("--environment", help="Read the clusters of this environment only.")
    ] = None,
    pool: Annotated[
        str,
        typer.Option(
            "--pool",
            help="What the workers that read the same clusters are called; by default after the clusters.",
            show_default=False,
        ),
    ] = "",
    at_once: Annotated[int, typer.Option("--at-once", min=1, help="So many clusters at a time.")] = 4,
    pool_at_once: PoolAtOnce = None,
    seconds: Seconds = 60,
    kubeconfig: Kubeconfig = None,
    config: Config = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what happens, in detail.")] = False,
) -> None:
    """Read clusters for the bots.

    For where a bot cannot reach a cluster, or should not hold its credentials. REDIS_URL is that of the bots;
    without it, only a bot of the same user on this machine finds this worker. It needs nothing of Slack.
    """
    from bot.commands import worker as command

    command.run(
        Where(config, kubeconfig, None),
        clusters=clusters,
        environment=environment,
        pool=pool,
        at_once=at_once,
        pool_at_once=pool_at_once,
        seconds=seconds,
        verbose=verbose,
    )


def status(*, output: As = Plain.TEXT, config: Config = None) -> None:
    """Say how the bots and their workers are, and what to do where something is wrong.

    Exit code 1: no bot is up, no cluster is known or one has no worker, a job waits for too long, a digest
    failed or has long been due.
    """
    from bot.commands import status as command

    raise typer.Exit(command.run(Where(config, None, None), output.value))
