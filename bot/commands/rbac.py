"""`readiness rbac`: the role that the checks need, and what present credentials lack."""

import asyncio

from bot import rbac
from bot.cluster.credentials import connect
from bot.cluster.faults import ReadError
from bot.clusters import resolve
from bot.commands import setting
from bot.commands.options import Choice, Where
from bot.rbac import Lack
from checks.errors import ClusterError, UsageError


def role(choice: Choice, name: str | None) -> None:
    """Print the ClusterRole."""
    if name:
        raise UsageError(
            "the role is the same for every cluster", f"`readiness rbac --can-i {name}` asks one"
        )
    setting.write(rbac.as_yaml(rbac.cluster_role(setting.chosen(choice))))


def can_i(name: str | None, where: Where, choice: Choice, *, seconds: float) -> int:
    """Print what the credentials lack and what it costs; return 1 where that is anything."""
    lacks = asyncio.run(_lacking(name, where, choice, seconds))
    if not lacks:
        setting.write("These credentials may read everything that the checks need.\n")
        return 0
    lines = [f"{lack.unread.verb} {_resource(lack)}\tcosts {_cost(lack)}" for lack in lacks]
    width = max(len(line.partition("\t")[0]) for line in lines) + 2
    setting.write("These credentials lack:\n")
    setting.write("".join(f"  {line}\n".expandtabs(width + 2) for line in lines))
    setting.write("`readiness rbac` prints the role that grants them.\n")
    return 1


async def _lacking(name: str | None, where: Where, choice: Choice, seconds: float) -> list[Lack]:
    checks = setting.chosen(choice)
    cluster = resolve(name, setting.settings(where), where.kubeconfig, where.context)
    try:
        async with asyncio.timeout(seconds), connect(cluster.kubeconfig, cluster.context) as client:
            return await rbac.lacking(client, checks)
    except TimeoutError as error:
        raise ClusterError(f"{cluster.name} did not answer within {seconds:g} s") from error
    except ReadError as error:
        raise ClusterError(f"{cluster.name} does not say what these credentials may do: {error}") from error


def _resource(lack: Lack) -> str:
    return f"{lack.unread.resource}.{lack.unread.group}" if lack.unread.group else lack.unread.resource


def _cost(lack: Lack) -> str:
    return ", ".join(lack.checks) if lack.checks else "the platform, and with it what applies"
