"""The commands about what people accepted, scheduled and did. Declarations only, as in `bot.cli`."""

from typing import Annotated

import typer

from bot.commands.options import Where
from bot.commands.parameters import As, Config, Context, Kubeconfig, Plain

OnlyCluster = Annotated[
    str | None,
    typer.Argument(metavar="CLUSTER", help="Only what is about this cluster.", show_default=False),
]


def waivers(
    cluster: OnlyCluster = None,
    *,
    output: As = Plain.TEXT,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    config: Config = None,
) -> None:
    """List what is waived and attested: by whom, until when, and where that was written."""
    from bot.commands import acceptance as command

    command.waivers(cluster, Where(config, kubeconfig, context), output.value)


def audit(
    cluster: OnlyCluster = None,
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many lines, the newest.")] = 20,
    output: As = Plain.TEXT,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    config: Config = None,
) -> None:
    """Show who did what in Slack, the newest first."""
    from bot.commands import acceptance as command

    command.audit(cluster, Where(config, kubeconfig, context), limit, output.value)


def schedules(*, output: As = Plain.TEXT, config: Config = None) -> None:
    """List what is scheduled: when, where, what comes next and what became of the last digest."""
    from bot.commands import schedules as command

    command.schedules(Where(config, None, None), output.value)
