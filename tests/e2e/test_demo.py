"""The demo as a newcomer runs it: a process of its own, which leaves nothing behind."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

pytestmark = pytest.mark.e2e

DEMO = [sys.executable, "-m", "deploy.sandbox.demo"]


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A directory for temporary files, near enough to the root for the path of a socket."""
    with TemporaryDirectory(prefix="demo-") as folder:
        yield Path(folder)


def _environment(temporary: Path) -> dict[str, str]:
    # A store that nobody listens at: the demo must not look at it.
    return os.environ | {"TMPDIR": str(temporary), "REDIS_URL": "redis://127.0.0.1:1", "COLUMNS": "200"}


def _nothing_is_left(temporary: Path) -> bool:
    processes = subprocess.check_output(["ps", "-eo", "args"], text=True)  # noqa: S607 - wherever it is
    return not list(temporary.iterdir()) and str(temporary) not in processes


def test_the_demo_shows_both_verdicts_and_what_changed(temporary: Path) -> None:
    done = subprocess.run(  # noqa: S603 - ourselves
        DEMO, env=_environment(temporary), capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    first, well_run, later = done.stdout.split("$ readiness check ")[1:]
    assert first.startswith("fresh\nNOT READY")
    assert well_run.startswith("well-run\nREADY")
    changes = later.partition("$ readiness diff fresh\n")[2]
    assert "+ new critical Node worker-3: not ready" in changes
    assert "- resolved critical Deployment shop/mailer (container mailer): CrashLoopBackOff" in changes
    assert "- resolved high Deployment shop/web: 2 replicas and no PodDisruptionBudget" in changes
    assert "\033" not in done.stdout
    assert _nothing_is_left(temporary)


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_served_samples_can_be_checked_until_told_to_stop(temporary: Path, told: signal.Signals) -> None:
    environment = _environment(temporary)
    command = [*DEMO, "--serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        export = next(line for line in process.stdout if line.lstrip().startswith("export "))
        settings = dict(word.split("=", 1) for word in shlex.split(export)[1:])
        listed = subprocess.run(
            [sys.executable, "-m", "bot.cli", "check", "production", "--check", "node-health"],
            env=environment | settings | {"REDIS_URL": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        process.send_signal(told)
        assert process.wait(20) == 0
    assert (listed.returncode, listed.stderr) == (0, "")
    assert _nothing_is_left(temporary)
