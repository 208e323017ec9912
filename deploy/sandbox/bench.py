"""`make bench`: what the program costs, as ratios within one run.

Absolute figures are this machine's; the ratios travel. The server runs in a process of its own and has
rendered its pages before anything is measured. Each figure is a whole process's, the median of five.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from bot.cluster import kubeconfig
from bot.cluster.collect import collect
from bot.cluster.credentials import connect
from bot.cluster.discovery import discover
from bot.cluster.paging import PAGE
from checks.catalogue import CATALOGUE
from checks.reads import List
from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples import well_run

MANY_PODS = 12_000
RUNS = 5
LISTS = {read.key: read.kind for check in CATALOGUE for read in check.reads if isinstance(read, List)}
PROGRAM = (sys.executable, "-m", "bot.cli")


LAUNCHER = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
wall = time.perf_counter() - start
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, code]))
"""


class Cost(NamedTuple):
    """A process: CPU seconds (user and system), seconds that passed, and peak memory in MiB."""

    cpu: float
    wall: float
    memory: float


def main() -> None:
    """Measure and print."""
    table = Table("what", "cpu s", "wall s", "MiB", "cpu ratio", "memory ratio", box=None)
    with TemporaryDirectory() as folder:
        bare = measure(sys.executable, "-c", "pass")
        add(table, "python, nothing else", bare, bare)
        add(table, "readiness --help", measure(*PROGRAM, "--help"), bare)
        objects = well_run.well_run(datetime.now(UTC))
        with serving(Path(folder, "small.json"), objects, 1) as small:
            add(table, "readiness check, sample of 9 nodes", checked(small), bare)
        copies, pods = copies_for(objects)
        with serving(Path(folder, "large.json"), objects, copies) as large:
            raw = measure(sys.executable, "-m", __spec__.name, "raw", large)
            add(table, f"raw read of its lists, {pods:,} pods", raw, raw)
            folded = measure(sys.executable, "-m", __spec__.name, "read", large)
            add(table, "  read, decoded and folded", folded, raw)
            add(table, "  readiness check", checked(large), raw)
    Console().print(table)


def checked(kubeconfig_path: str) -> Cost:
    """Measure a whole check."""
    return measure(*PROGRAM, "check", "--no-store", "--output", "json", "--kubeconfig", kubeconfig_path)


def measure(*command: str) -> Cost:
    """Return the median cost of a command after one warm-up."""
    costs = [once(command) for _ in range(RUNS + 1)][1:]
    return Cost(*(median(column) for column in zip(*costs, strict=True)))


def once(command: tuple[str, ...]) -> Cost:
    """Run a command once, from a small process: a child's peak memory begins with its parent's."""
    launched = [sys.executable, "-c", LAUNCHER, *command]
    *figures, code = json.loads(subprocess.check_output(launched))  # noqa: S603 - our own commands
    assert code in {0, 1}, f"{command} ended with {code}"
    return Cost(*figures)


def add(table: Table, what: str, cost: Cost, base: Cost) -> None:
    """Add a row, with its ratios to another."""
    table.add_row(
        what,
        f"{cost.cpu:.2f}",
        f"{cost.wall:.2f}",
        f"{cost.memory:.0f}",
        f"{cost.cpu / base.cpu:.1f}",
        f"{cost.memory / base.memory:.1f}",
    )


def copies_for(objects: list[Manifest]) -> tuple[int, int]:
    """Return how often the sample must stand to have enough pods, and how many those are."""
    system = sum(item["kind"] == "Pod" and item["metadata"]["namespace"] == "kube-system" for item in objects)
    copied = sum(item["kind"] == "Pod" for item in objects) - system
    copies = -(-(MANY_PODS - system) // copied)
    return copies, copies * copied + system


@contextmanager
def serving(file: Path, objects: list[Manifest], copies: int) -> Iterator[str]:
    """Serve a cluster from a process of its own; yield its kubeconfig once its pages are rendered."""
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    command = [sys.executable, "-m", "deploy.sandbox.cluster", str(file), "--multiply", str(copies)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        assert server.stdout
        path = file.with_suffix(".kubeconfig")
        path.write_text("".join(_until_last(server.stdout)))
        asyncio.run(read_raw(str(path)))
        try:
            yield str(path)
        finally:
            server.terminate()


def _until_last(lines: Iterable[str]) -> Iterator[str]:
    """Yield a kubeconfig's lines; the server prints no more."""
    for line in lines:
        yield line
        if line.startswith("current-context"):
            return


async def read_raw(path: str) -> None:
    """Read every page of every list that the checks read, and decode nothing but where a page ends."""
    known = kubeconfig.load(path)
    async with connect(known, known.current) as client:
        found = await discover(client, {kind.group for kind in LISTS.values()})
        for kind in LISTS.values():
            address, token = found.path(kind), ""
            while address:
                query = {"limit": str(PAGE), **({"continue": token} if token else {})}
                body = (await client.get(address, query)).body
                token = end_of(body)
                if not token:
                    break


def end_of(body: bytes) -> str:
    """Find a page's continue token, wherever it stands."""
    at = body.find(b'"continue":"')
    return body[at + 12 : body.index(b'"', at + 12)].decode() if at >= 0 else ""


async def read(path: str) -> None:
    """Read as the program does."""
    known = kubeconfig.load(path)
    async with connect(known, known.current) as client:
        await collect(client, "large", [List(kind) for kind in LISTS.values()], seconds=120)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["raw", path]:
            asyncio.run(read_raw(path))
        case ["read", path]:
            asyncio.run(read(path))
        case _:
            main()
