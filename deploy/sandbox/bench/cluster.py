"""Stand-in clusters in processes of their own, with their pages rendered before anything is measured."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.sandbox.bench.reading import read_raw
from deploy.sandbox.resources import Manifest


@contextmanager
def serving(file: Path, objects: list[Manifest], *options: str) -> Iterator[Path]:
    """Serve a cluster; yield its kubeconfig once its pages are rendered."""
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    command = [sys.executable, "-m", "deploy.sandbox.cluster", str(file), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        assert server.stdout
        path = file.with_suffix(".kubeconfig")
        path.write_text("".join(_until_last(server.stdout)))
        try:
            asyncio.run(read_raw(str(path)))
            yield path
        finally:
            server.terminate()


def _until_last(lines: Iterable[str]) -> Iterator[str]:
    """Yield a kubeconfig's lines; the server prints no more."""
    for line in lines:
        yield line
        if line.startswith("current-context"):
            return
