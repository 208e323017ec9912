"""A snapshot as a file: what was written is read, and what is none is said to be none."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import snapshotfile
from checks.errors import UsageError
from checks.snapshot import Facts, Snapshot

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def snapshot() -> Snapshot:
    return Snapshot(cluster="prod", uid="uid", taken_at=NOW, today=NOW.date(), groups={})


@pytest.mark.parametrize("name", ["cluster.json", "cluster.json.zst"])
def test_what_was_written_is_read(name: str, tmp_path: Path) -> None:
    snapshotfile.write(snapshot(), tmp_path / name)
    found = snapshotfile.read(tmp_path / name)
    assert (found.cluster, found.uid, found.taken_at) == ("prod", "uid", NOW)


def test_a_file_from_before_owners_were_read_is_judged_with_the_usual_labels(tmp_path: Path) -> None:
    path = tmp_path / "cluster.json"
    snapshotfile.write(replace(snapshot(), facts=Facts(critical=True, owner_labels=("squad",))), path)
    assert snapshotfile.read(path).facts == Facts(critical=True, owner_labels=("squad",))
    content = json.loads(path.read_bytes())
    del content["facts"]["owner_labels"]
    path.write_text(json.dumps(content))
    assert snapshotfile.read(path).facts == Facts(critical=True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b'{"cluster": "\xff"}', "is not a snapshot", id="not UTF-8"),
        pytest.param(b'{"x": ' + b"[" * 100_000, "is not a snapshot", id="nested without end"),
        pytest.param(b'{"format": 2, "kinds": []}', "newer readiness .format 2.", id="of another shape"),
    ],
)
def test_what_is_no_snapshot_is_said_to_be_none(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "cluster.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=words):
        snapshotfile.read(path)


def test_a_moment_without_a_time_zone_is_no_moment(tmp_path: Path) -> None:
    path = tmp_path / "cluster.json"
    snapshotfile.write(snapshot(), path)
    path.write_bytes(path.read_bytes().replace(b"2026-11-01T00:00:00Z", b"2026-11-01T00:00:00"))
    with pytest.raises(UsageError, match="timezone"):
        snapshotfile.read(path)


def test_a_bit_that_flipped_in_a_compressed_file_changes_nothing_unseen(tmp_path: Path) -> None:
    path = tmp_path / "cluster.json.zst"
    snapshotfile.write(snapshot(), path)
    whole = path.read_bytes()
    noticed = 0
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            found = snapshotfile.read(path)
        except UsageError:
            noticed += 1
        else:
            assert (found.cluster, found.uid, found.taken_at) == ("prod", "uid", NOW)
    assert noticed > len(whole) / 2


def test_a_compressed_file_that_is_cut_short_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "cluster.json.zst"
    snapshotfile.write(snapshot(), path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(UsageError, match="it ends too early"):
        snapshotfile.read(path)


def test_a_pipe_is_written_to_and_a_link_followed(tmp_path: Path) -> None:
    link, target, pipe = (tmp_path / name for name in ("link", "target", "pipe"))
    link.symlink_to(target)
    snapshotfile.write(snapshot(), link)
    assert link.is_symlink()
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        snapshotfile.write(snapshot(), pipe)
        assert os.read(reader, 65_536) == target.read_bytes()
    finally:
        os.close(reader)
    assert pipe.is_fifo()
