"""The command line. Declarations only: each command's work is imported when it is called."""

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_help import Program
from bot.cli_past import ask, compare, diff, history
from bot.cli_records import audit, schedules, waivers
from bot.cli_slack import serve, slack_app
from bot.cli_workers import status, worker
from bot.commands.options import Choice, Show, Where
from bot.commands.parameters import (
    As,
    CheckIds,
    CheckName,
    ClusterName,
    Config,
    Context,
    FailOn,
    Families,
    Format,
    Kubeconfig,
    Namespace,
    NoStore,
    Owner,
    Plain,
    Seconds,
)
from checks.errors import ReadinessError, StoreError
from checks.model import Severity

app = Program(
    name="readiness",
    help=(
        "Is this Kubernetes cluster ready for production? The checklist, what changed since last time, and"
        " how to mend it."
    ),
    epilog="Example: readiness check my-context --output markdown > report.md",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
config_app = Program(help="Look after readiness.yaml.", no_args_is_help=True)
app.add_typer(config_app, name="config")
app.add_typer(slack_app, name="slack")

INTERRUPTED = 128 + signal.SIGINT
"""What typer exits with after Ctrl-C."""
STORE_HINT = "set REDIS_URL to a Redis that can be used"
"""What to do about a store, unless the error knows better."""


@app.command()
def check(
    cluster: ClusterName = None,
    *,
    output: Annotated[
        Format, typer.Option("--output", "-o", help="How the report is written.")
    ] = Format.TEXT,
    family: Families = None,
    check_ids: CheckIds = None,
    namespace: Namespace = None,
    owner: Owner = None,
    severity: Annotated[
        Severity | None, typer.Option("--severity", help="Show only checks at least this severe.")
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Exit 1 where a check this severe fails or is unknown.")
    ] = FailOn.HIGH,
    snapshot: Annotated[
        Path | None,
        typer.Option("--snapshot", help="Judge a file of `readiness snapshot`, not a live cluster."),
    ] = None,
    no_store: NoStore = False,
    seconds: Seconds = 60,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    config: Config = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Every finding with its fix, and what passed.")
    ] = False,
) -> None:
    """Check a cluster: verdict, checklist, what changed, how to mend it.

    Exit code 0: nothing at or above --fail-on fails. 1: something does, or could not be judged. 2: wrong
    usage or configuration. 3: nothing could be read.
    """
    from bot.commands import check as command

    raise typer.Exit(
        command.run(
            cluster,
            Where(config, kubeconfig, context),
            Choice(tuple(family or ()), tuple(check_ids or ())),
            Show(output.value, namespace, owner, severity, verbose),
            fail_on=None if fail_on is FailOn.NEVER else Severity(fail_on.value),
            snapshot=snapshot,
            remember=not no_store,
            seconds=seconds,
        )
    )


@app.command()
def snapshot(
    cluster: ClusterName = None,
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file to write; a name in .zst is compressed.")
    ],
    family: Families = None,
    check_ids: CheckIds = None,
    seconds: Seconds = 60,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    config: Config = None,
) -> None:
    """Write what the checks read of a cluster to a file, to be judged later or elsewhere.

    It holds no Secret contents, no environment values and no annotations that no check uses. Judge it with
    `readiness check --snapshot FILE`.
    """
    from bot.commands import check as command

    chosen = Choice(tuple(family or ()), tuple(check_ids or ()))
    command.snapshot(cluster, Where(config, kubeconfig, context), chosen, output, seconds=seconds)


app.command()(diff)
app.command()(history)
app.command()(compare)
app.command()(ask)


@app.command()
def checks(*, family: Families = None, output: As = Plain.TEXT) -> None:
    """List the checks."""
    from bot.commands import reference as command

    command.checks(Choice(tuple(family or ())), output.value)


@app.command()
def explain(
    check_id: CheckName,
    cluster: ClusterName = None,
    *,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    config: Config = None,
) -> None:
    """Say why a check matters, what it reads and how to mend it; with a cluster, what it found there last."""
    from bot.commands import reference as command

    command.explain(check_id, cluster, Where(config, kubeconfig, context))


@app.command()
def rbac(
    cluster: ClusterName = None,
    *,
    can_i: Annotated[
        bool,
        typer.Option("--can-i", help="What the present credentials lack on CLUSTER, and what that costs."),
    ] = False,
    family: Families = None,
    check_ids: CheckIds = None,
    seconds: Seconds = 60,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    config: Config = None,
) -> None:
    """Print the least ClusterRole that the checks need.

    With --can-i, ask CLUSTER what these credentials lack: exit code 1 where they lack anything.
    """
    from bot.commands import rbac as command

    chosen = Choice(tuple(family or ()), tuple(check_ids or ()))
    if not can_i:
        command.role(chosen, cluster)
        return
    raise typer.Exit(command.can_i(cluster, Where(config, kubeconfig, context), chosen, seconds=seconds))


@app.command()
def clusters(*, output: As = Plain.TEXT, kubeconfig: Kubeconfig = None, config: Config = None) -> None:
    """List the clusters that can be named, with the last verdict of each."""
    from bot.commands import reference as command

    command.clusters(Where(config, kubeconfig, None), output.value)


app.command()(waivers)
app.command()(schedules)
app.command()(audit)
app.command()(serve)
app.command()(worker)
app.command()(status)


@config_app.command()
def validate(*, config: Config = None) -> None:
    """Say what is wrong with readiness.yaml, line by line."""
    from bot.commands import reference as command

    raise typer.Exit(command.validate(config))


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer's callback
    if wanted:
        from bot.version import VERSION

        typer.echo(f"readiness {VERSION}")
        raise typer.Exit


@app.callback()
def readiness(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that belong to no command."""


def main() -> None:
    """Run the command line; every foreseen error is one line on stderr and an exit code."""
    try:
        app()
    except ReadinessError as error:
        _say(f"readiness: {error}")
        if hint := error.hint or (STORE_HINT if isinstance(error, StoreError) else ""):
            _say(f"  {hint}")
        sys.exit(error.exit_code)
    except OSError as error:
        _say(f"readiness: {error.strerror or error}")
        sys.exit(2)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            _say("readiness: interrupted")
        raise


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201 - the command line speaks here


if __name__ == "__main__":
    main()
