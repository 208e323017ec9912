"""The commands about what is remembered of clusters. Declarations only, as in `bot.cli`."""

from typing import Annotated

import typer

from bot.commands.options import Where
from bot.commands.parameters import (
    As,
    ClusterName,
    Config,
    Context,
    Kubeconfig,
    NamedCluster,
    Plain,
    Question,
    Seconds,
)


def diff(
    cluster: ClusterName = None,
    *,
    since: Annotated[
        str, typer.Option("--since", metavar="7d|RUN", help="An age (30m, 24h, 7d, 2w) or a run.")
    ] = "",
    output: As = Plain.TEXT,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    config: Config = None,
) -> None:
    """Show what changed between the last run and the one before, or an earlier one."""
    from bot.commands import past as command

    command.diff(cluster, Where(config, kubeconfig, context), since, output.value)


def history(
    cluster: ClusterName = None,
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many runs, the newest.")] = 20,
    output: As = Plain.TEXT,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    config: Config = None,
) -> None:
    """Show the past runs of a cluster."""
    from bot.commands import past as command

    command.history(cluster, Where(config, kubeconfig, context), limit, output.value)


def compare(
    one: NamedCluster,
    other: Annotated[str, typer.Argument(metavar="CLUSTER", help="The cluster to compare it with.")],
    *,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Also what is the same in both.")] = False,
    output: As = Plain.TEXT,
    seconds: Seconds = 60,
    kubeconfig: Kubeconfig = None,
    config: Config = None,
) -> None:
    """Show two clusters side by side, check by check.

    From their last reports; a cluster that has none is checked first.
    """
    from bot.commands import past as command

    command.compare(
        one, other, Where(config, kubeconfig, None), output.value, verbose=verbose, seconds=seconds
    )


def ask(
    cluster: NamedCluster,
    question: Question = None,
    *,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also what a short answer has no room for.")
    ] = False,
    output: As = Plain.TEXT,
    seconds: Seconds = 60,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    config: Config = None,
) -> None:
    """Answer a question about a cluster in a few lines: readiness ask prod "which pods restart?".

    What can be asked: is it ready, why does something fail, how to fix it, which objects, what changed since
    Monday, how it compares with staging, how long it has been failing, whose it is, run it again, waive or
    attest something, export as CSV, HTML or JSON. Two questions in one sentence are both answered.

    From the last report; a cluster that has none is checked first. With --context there is no CLUSTER.

    JSON: {"intent", "check", "filters", "text", "more"}; `more` are the answers to further questions, alike.
    The intent is summary, explain, fix, list, changes, compare, history, owner, rerun, waive, attest, export,
    help or unknown. `filters` has what was said of: family, severity, status, namespace, owner, checks,
    about, since, other, until, reason, format, cluster.

    Exit code 1 where a question was not understood, except with JSON.
    """
    from bot.commands import ask as command

    where = Where(config, kubeconfig, context)
    said = " ".join(question or ())
    code = command.run(cluster, said, where, output.value, seconds=seconds, verbose=verbose)
    raise typer.Exit(code)
