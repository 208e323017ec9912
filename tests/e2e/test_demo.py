"""The demo as a newcomer runs it: a process of its own, which leaves nothing behind."""

import json
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from deploy.sandbox.demo.decline import STEPS, after
from deploy.sandbox.demo.stage import stage
from deploy.sandbox.samples import well_run

pytestmark = pytest.mark.e2e

DEMO = [sys.executable, "-m", "deploy.sandbox.demo"]


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A directory for temporary files, near enough to the root for the path of a socket."""
    with TemporaryDirectory(prefix="demo-") as folder:
        yield Path(folder)


def _environment(temporary: Path) -> dict[str, str]:
    # A store, proxies and a workspace that nobody listens at: the demo must look at none of them.
    nowhere = dict.fromkeys(("HTTP_PROXY", "https_proxy", "SLACK_API_URL"), "http://127.0.0.1:1")
    return os.environ | nowhere | {"TMPDIR": str(temporary), "REDIS_URL": "redis://127.0.0.1:1"}


def _nothing_is_left(temporary: Path) -> bool:
    processes = subprocess.check_output(["ps", "-eo", "args"], text=True)  # noqa: S607 - wherever it is
    return not list(temporary.iterdir()) and str(temporary) not in processes


def _exported(path: str) -> dict[str, str]:
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return dict(shlex.split(line)[1].split("=", 1) for line in lines)


def _fetched(request: urllib.request.Request | str) -> str:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
        return str(answer.read().decode())


@contextmanager
def _on_a_terminal(temporary: Path, *options: str) -> Iterator[tuple[subprocess.Popen[bytes], Iterable[str]]]:
    """Run the demo with a terminal; yields the process, and the lines that it prints there."""
    ours, theirs = pty.openpty()
    with (
        os.fdopen(ours, encoding="utf-8", errors="replace") as screen,
        subprocess.Popen(  # noqa: S603 - ourselves
            [*DEMO, *options],
            env=_environment(temporary) | {"TERM": "xterm", "COLUMNS": "300"},
            stdin=theirs,
            stdout=theirs,
            stderr=subprocess.PIPE,
        ) as process,
    ):
        os.close(theirs)
        try:
            yield process, (re.sub(r"\x1b\[[\d;]*m", "", line) for line in screen)
        finally:
            process.kill()


def test_the_demo_holds_a_conversation(temporary: Path) -> None:
    done = subprocess.run(  # noqa: S603 - ourselves
        DEMO, env=_environment(temporary), capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    scenes = [
        "$ readiness check well-run | head -n 1\nREADY  grade A",
        "alice in #ops  /readiness\nreadiness  (only alice sees this)\n",
        "alice in #ops  /readiness fresh\nreadiness\n",
        "Checking  fresh",
        "readiness  (edited)\n  ❌ NOT READY  fresh\n",
        "[How to fix]",
        "messages in the thread",
        "bob  clicks [How to fix]\n",
        "alice  clicks [Waive]\na form, Waive findings\n",
        "alice  submits  What is accepted: Every finding of cluster-autoscaler (1)",
        "Waived  every finding of cluster-autoscaler on fresh by alice until",
        "1 finding waived",
        "one worker\nis not heard of any more",
        "carol  clicks [Run again]\n",
        "What changed  fresh\n",
        "🔴 critical  Node worker-3: not ready",
        "✅ critical  Deployment shop/mailer (container mailer) (messaging): CrashLoopBackOff",
        "bob in #ops  /readiness compare fresh well-run\n",
        "✅ READY, grade A",
        "carol in #ops  /readiness expalin cluster-dns fresh\nreadiness  (only carol sees this)\n",
        "carol  clicks [explain cluster-dns fresh]\n",
    ]
    at = 0
    for scene in scenes:
        at = done.stdout.find(scene, at)
        assert at >= 0, f"{scene!r} is not there, or not in its place:\n{done.stdout}"
    assert len(done.stdout.splitlines()) < 170
    assert "joined in" not in done.stdout  # it ends with the conversation: there is nothing to look at
    assert "\033" not in done.stdout
    assert _nothing_is_left(temporary)


def test_with_a_terminal_it_stays_up_and_shows_what_people_do(temporary: Path) -> None:
    with _on_a_terminal(temporary, "--serve") as (process, lines):
        address = re.search(r"http://127\.0\.0\.1:\d+/", next(line for line in lines if "joined in" in line))
        assert address
        assert "<h1>" in _fetched(address[0])
        typed = next(line for line in lines if "/command" in line)
        words = shlex.split(typed)
        request = urllib.request.Request(words[3], words[5].encode(), method="POST")  # noqa: S310 - ourselves
        assert json.loads(_fetched(request))["acknowledged"]
        assert next(line for line in lines if "/readiness fresh" in line).startswith("alice in #ops")
        assert next(line for line in lines if "NOT READY" in line)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert process.stderr
        assert process.stderr.read() == b""
    assert _nothing_is_left(temporary)


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_served_samples_can_be_checked_until_told_to_stop(temporary: Path, told: signal.Signals) -> None:
    environment = _environment(temporary)
    command = [*DEMO, "--serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        words = next(line for line in process.stdout if line.lstrip().startswith(". "))
        listed = subprocess.run(
            [sys.executable, "-m", "bot.cli", "check", "production", "--check", "node-health"],
            env=environment | _exported(shlex.split(words)[1].rstrip(";")),
            capture_output=True,
            text=True,
            check=False,
        )
        process.send_signal(told)
        assert process.wait(30) == 0
    assert (listed.returncode, listed.stderr) == (0, "")
    assert _nothing_is_left(temporary)


async def test_the_well_run_cluster_gets_worse_step_by_step() -> None:
    worse = (
        set[str](),
        {"disruption-budgets", "image-tags"},
        {"crash-loops"},
        {"volume-backup", "metrics-store", "alerting", "tracing"},
        {"node-health"},
    )
    expected = set[str]()
    async with stage() as ready:
        for count, more in enumerate(worse):
            ready.well_run.become(after(STEPS[:count]))
            report = json.loads(await ready.program.run("check", well_run.NAME, "--output", "json"))
            failing = {it["id"] for it in report["results"] if it["status"] == "fail" and not it["waived"]}
            expected |= more
            assert failing == expected, count
            assert report["verdict"] == ("not_ready" if expected else "ready")


def test_a_bot_that_cannot_start_ends_it_with_its_log(temporary: Path) -> None:
    broken = temporary / "broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text(
        "import os, sys\nif 'serve' in sys.argv:\n    os.write(2, b'no bot today')\n    os._exit(3)\n",
        encoding="utf-8",
    )
    paths = f"{broken}{os.pathsep}{Path(__file__).parents[2]}"
    done = subprocess.run(  # noqa: S603 - ourselves
        DEMO,
        env=_environment(temporary) | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "no bot today" in done.stderr
    assert "Traceback" not in done.stderr
