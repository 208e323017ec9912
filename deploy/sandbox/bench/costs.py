"""What a process costs."""

import json
import subprocess
import sys
from statistics import median
from typing import NamedTuple

RUNS = 5

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
