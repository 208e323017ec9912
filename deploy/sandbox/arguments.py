"""The command line of the sandbox cluster: each fault and option is a flag."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from deploy.sandbox.answers import Options
from deploy.sandbox.faults import NEVER, Dose, Faults


@dataclass(frozen=True)
class Settings:
    """What was asked for on the command line."""

    files: tuple[Path, ...]
    port: int
    options: Options
    faults: Faults


def parse(arguments: Sequence[str]) -> Settings:
    """Read the command line; exits with 2 and a usage message where it makes no sense."""
    found = vars(_parser().parse_args(arguments))
    faults = Faults(**_fields(Faults, found) | {"status": dict(found["status"])})
    options = Options(**_fields(Options, found))
    return Settings(tuple(found["files"]), found["port"], options, faults)


def _fields(kind: type[Faults | Options], found: dict[str, Any]) -> dict[str, Any]:
    given = {item.name: found[item.name] for item in fields(kind) if item.name in found}
    return {name: frozenset(value) if isinstance(value, list) else value for name, value in given.items()}


def _status(text: str) -> tuple[str, tuple[int, Dose]]:
    """Read `pods=503` (always) or `pods=503,2` (the first two)."""
    name, _, rest = text.partition("=")
    code, _, dose = rest.partition(",")
    return name, (int(code), Dose.parse(dose or "all"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.sandbox.cluster",
        description="Serve manifests as a read-only Kubernetes API; prints a kubeconfig.",
        epilog="NAME is [verb:]resource[.group], * or a path such as /readyz or /apis*; "
        "OFTEN is 3 (the first three), 20% or all.",
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="YAML or JSON manifests")
    parser.add_argument("--port", type=int, default=0, help="by default a free one")
    _add_options(parser.add_argument_group("the server"))
    _add_faults(parser.add_argument_group("faults"))
    return parser


def _add_options(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    usual = Options()
    add("--name", default=usual.name, help="of the cluster and of its context")
    add("--user", default=usual.user, help="whom the server takes you for")
    add("--git-version", default=usual.git_version, help="what /version says")
    add(
        "--legacy-discovery",
        dest="aggregated_discovery",
        action="store_false",
        help="no aggregated discovery",
    )
    add("--multiply", type=int, default=1, metavar="N", help="each application namespace and node, N times")


def _add_faults(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    often: dict[str, Any] = {"type": Dose.parse, "default": NEVER, "metavar": "OFTEN"}
    many: dict[str, Any] = {"action": "append", "default": [], "metavar": "NAME"}
    add("--forbid", **many, help="answer 403")
    add(
        "--status", action="append", default=[], type=_status, metavar="NAME=CODE[,OFTEN]", help="answer CODE"
    )
    add("--stall", **many, help="never answer")
    add("--only", **many, help="limit what follows, down to drip, to these requests")
    add("--throttle", **often, help="answer 429")
    add("--retry-after", type=int, default=1, metavar="SECONDS", help="of a 429")
    add("--drop", **often, help="hang up in the middle of a body")
    add(
        "--expire",
        type=int,
        default=0,
        metavar="PAGE",
        help="answer 410 from that page on, once for each list",
    )
    add("--expire-always", action="store_true", help="and again for every new list")
    add("--latency", type=float, default=0.0, metavar="SECONDS", help="before each answer")
    add("--drip", type=int, default=0, metavar="BYTES", help="a second, no faster")
    add("--html", action="store_true", help="answer everything with a login page")
    add("--unauthorized", action="store_true", help="answer everything 401")
    add("--token", default="", help="the bearer token to ask for")
    add("--failing", **many | {"metavar": "CHECK"}, help="a health check that fails, such as etcd")
    add("--garble", **many | {"metavar": "KIND/[NAMESPACE/]NAME"}, help="an object whose spec is a string")
    add(
        "--nulls", **many | {"metavar": "[KIND:]FIELD"}, help="a field that is null, such as Pod:spec.volumes"
    )
    add("--seed", type=int, default=0, help="of the shares")
