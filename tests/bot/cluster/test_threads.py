"""Clusters are read in threads, several at once as a process starts: see `checks.shapes`."""

import subprocess
import sys

READ_AT_ONCE = """
import sys
from threading import Barrier, Thread
from bot.cluster.decode import decode_page
from checks.catalogue import CATALOGUE
from checks.reads import Path

sys.setswitchinterval(1e-5)
page = b'{"items":[{"metadata":{"name":"a"},"spec":{"template":{"spec":{"containers":[{"name":"c"}]}}}}]}'
reads = [read for check in CATALOGUE for read in check.reads if not isinstance(read, Path)]
ready, found = Barrier(4), []

def read():
    ready.wait()
    found.append([decode_page(read.kind, page).malformed for read in reads])

threads = [Thread(target=read) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(found) == 4, found
assert found == found[:1] * 4, found
"""


def test_threads_that_read_at_once_as_a_process_starts_do_not_end_it() -> None:
    for _ in range(2):  # without the lock, four of five end
        ended = subprocess.run([sys.executable, "-c", READ_AT_ONCE], capture_output=True, check=False)  # noqa: S603
        assert (ended.returncode, ended.stderr) == (0, b"")
