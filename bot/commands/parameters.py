"""The arguments and options that commands take, with their help."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from checks.model import Family


class Format(StrEnum):
    """What a report can be written as."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    HTML = "html"
    JUNIT = "junit"
    SARIF = "sarif"


class Plain(StrEnum):
    """What everything else can be written as."""

    TEXT = "text"
    JSON = "json"


class FailOn(StrEnum):
    """From which severity on a failing check makes the exit code 1."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NEVER = "never"


ClusterName = Annotated[
    str | None,
    typer.Argument(
        metavar="CLUSTER",
        help="A cluster of readiness.yaml, an alias or a kubeconfig context; the current context by default.",
        show_default=False,
    ),
]
NamedCluster = Annotated[
    str, typer.Argument(metavar="CLUSTER", help="A cluster, alias or kubeconfig context.")
]
Question = Annotated[
    list[str] | None,
    typer.Argument(metavar="QUESTION", help="In your own words, in quotes or not.", show_default=False),
]
CheckName = Annotated[str, typer.Argument(metavar="CHECK", help="A check, as `readiness checks` lists them.")]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config", help="The configuration, instead of ./readiness.yaml.", envvar="READINESS_CONFIG"
    ),
]
Kubeconfig = Annotated[
    str | None, typer.Option("--kubeconfig", help="The kubeconfig, instead of $KUBECONFIG or ~/.kube/config.")
]
Context = Annotated[str | None, typer.Option("--context", help="The kubeconfig context to use.")]
Families = Annotated[
    list[Family] | None, typer.Option("--family", help="Only this family is read and judged (repeatable).")
]
Namespace = Annotated[
    str | None, typer.Option("--namespace", "-n", help="Show only findings of this namespace.")
]
Owner = Annotated[
    str | None, typer.Option("--owner", metavar="TEAM", help="Show only findings of what is this team's.")
]
CheckIds = Annotated[
    list[str] | None, typer.Option("--check", help="Only this check is read and judged (repeatable).")
]
Seconds = Annotated[
    float, typer.Option("--timeout", min=1, help="Seconds after which what is unread stays unknown.")
]
PoolAtOnce = Annotated[
    int | None,
    typer.Option(
        "--pool-at-once",
        min=1,
        help="So many clusters at a time in the whole pool: give all its workers the same number. "
        "By default each has its own limit only.",
        show_default=False,
    ),
]
NoStore = Annotated[bool, typer.Option("--no-store", help="Neither compare with nor remember anything.")]
As = Annotated[Plain, typer.Option("--output", "-o", help="How it is written.")]
