"""From a kubeconfig to a client: what fails on the way is said in words."""

import asyncio
import os
import ssl
import stat
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml

from bot.cluster import client as requests
from bot.cluster import kubeconfig
from bot.cluster.collect import collect
from bot.cluster.credentials import connect
from checks.errors import ClusterError, ReadinessError, UsageError
from checks.snapshot import Snapshot
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.faults import Faults
from tests.bot.cluster.manifests import small_cluster


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "FIRST_PAUSE", 0.001)


async def read(config: dict[str, Any], folder: Path) -> Snapshot:
    """Read the current context of a kubeconfig."""
    path = folder / "kubeconfig"
    path.write_text(yaml.safe_dump(config))
    known = kubeconfig.load(str(path))
    async with connect(known, known.current) as client:
        return await collect(client, known.current, [], seconds=10)


def with_user(config: dict[str, Any], user: dict[str, Any]) -> dict[str, Any]:
    return {**config, "users": [{"name": config["users"][0]["name"], "user": user}]}


def plugin(folder: Path, script: str) -> dict[str, Any]:
    """Write a credential plugin and return the user that names it."""
    path = folder / "plugin"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": str(path)}}


CREDENTIAL = """cat <<'END'
{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "secret"}}
END"""


async def test_a_plugin_gives_the_token(tmp_path: Path) -> None:
    async with SandboxCluster(small_cluster(), faults=Faults(token="secret")) as cluster:  # noqa: S106
        snapshot = await read(with_user(cluster.kubeconfig(), plugin(tmp_path, CREDENTIAL)), tmp_path)
    assert len(snapshot.nodes) == 2


async def test_a_failing_plugin_is_named_with_what_it_said(tmp_path: Path) -> None:
    user = plugin(tmp_path, "echo 'session expired: run login' >&2; exit 3")
    async with SandboxCluster(small_cluster()) as cluster:
        with pytest.raises(
            ClusterError, match=r"plugin .* failed: process returned 3\. session expired: run login"
        ):
            await read(with_user(cluster.kubeconfig(), user), tmp_path)
        assert cluster.requests == []


async def test_a_failing_plugin_does_not_speak_for_another_cluster(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.mkdir()
    bad.mkdir()
    async with SandboxCluster(small_cluster(), faults=Faults(token="secret")) as cluster:  # noqa: S106
        config = cluster.kubeconfig()
        failing = with_user(config, plugin(bad, "sleep 0.2; echo expired >&2; exit 3"))
        working = with_user(config, plugin(good, f"sleep 0.3; {CREDENTIAL}"))
        refused, snapshot = await asyncio.gather(
            read(failing, bad), read(working, good), return_exceptions=True
        )
    assert isinstance(refused, ClusterError)
    assert "expired" in str(refused)
    assert isinstance(snapshot, Snapshot)


async def test_a_plugin_that_is_not_installed(tmp_path: Path) -> None:
    user = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-plugin"}}
    async with SandboxCluster(small_cluster()) as cluster:
        with pytest.raises(ClusterError, match="no-such-plugin is not installed"):
            await read(with_user(cluster.kubeconfig(), user), tmp_path)


async def test_a_token_that_is_not_accepted(tmp_path: Path) -> None:
    async with SandboxCluster(small_cluster(), faults=Faults(token="right")) as cluster:  # noqa: S106
        config = with_user(cluster.kubeconfig(), {"token": "wrong"})
        with pytest.raises(ClusterError, match="does not accept the credentials") as caught:
            await read(config, tmp_path)
    assert "wrong" not in str(caught.value).replace("they are wrong", "")


async def test_an_address_where_nothing_listens(tmp_path: Path) -> None:
    async with SandboxCluster([]) as cluster:
        config = cluster.kubeconfig()
    with pytest.raises(ClusterError, match=r"cannot be read: 127\.0\.0\.1:\d+"):
        await read(config, tmp_path)


async def test_a_name_that_does_not_resolve(tmp_path: Path) -> None:
    async with SandboxCluster([]) as cluster:
        config = cluster.kubeconfig()
    config["clusters"][0]["cluster"]["server"] = "http://nowhere.invalid:6443"
    with pytest.raises(ClusterError, match=r"nowhere\.invalid"):
        await read(config, tmp_path)


def certificate(folder: Path, host: str) -> tuple[Path, ssl.SSLContext]:
    """Make an authority and its certificate for a host; return its file and a server's context."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.crt")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return folder / "ca.crt", context


async def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    _, context = certificate(tmp_path, "api.test")
    async with SandboxCluster(small_cluster(), ssl_context=context) as cluster:
        with pytest.raises(ClusterError, match="cannot be trusted: its certificate is not trusted"):
            await read(cluster.kubeconfig(), tmp_path)


async def test_a_certificate_for_another_name_and_the_server_name_that_mends_it(tmp_path: Path) -> None:
    authority, context = certificate(tmp_path, "api.test")
    async with SandboxCluster(small_cluster(), ssl_context=context) as cluster:
        config = cluster.kubeconfig()
        config["clusters"][0]["cluster"]["certificate-authority"] = str(authority)
        with pytest.raises(ClusterError, match="cannot be trusted"):
            await read(config, tmp_path)
        config["clusters"][0]["cluster"]["tls-server-name"] = "api.test"
        assert len((await read(config, tmp_path)).nodes) == 2


async def test_a_certificate_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_text("not a certificate")
    async with SandboxCluster([]) as cluster:
        config = cluster.kubeconfig()
    config["clusters"][0]["cluster"] |= {
        "server": "https://127.0.0.1:1",
        "certificate-authority": str(tmp_path / "ca.crt"),
    }
    with pytest.raises(UsageError, match="certificates of context sandbox cannot be used"):
        await read(config, tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"contexts": [{"name": "sandbox", "context": {"cluster": "sandbox", "user": "x"}}]},
            "names the user x",
        ),
        ({"contexts": [{"name": "sandbox", "context": {"cluster": "y"}}]}, "y"),
        ({"clusters": [{"name": "sandbox"}]}, "cluster"),
    ],
)
async def test_a_kubeconfig_that_does_not_hold_together(
    change: dict[str, Any], words: str, tmp_path: Path
) -> None:
    async with SandboxCluster([]) as cluster:
        config = {**cluster.kubeconfig(), **change}
    with pytest.raises(ReadinessError, match=words):
        await read(config, tmp_path)


# --- which contexts there are ----------------------------------------------------------------------------


def config(*contexts: str, current: str = "") -> str:
    return yaml.safe_dump({
        "clusters": [{"name": name, "cluster": {"server": "http://x"}} for name in contexts],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}} for name in contexts],
        "users": [{"name": name, "user": {}} for name in contexts],
        **({"current-context": current} if current else {}),
    })  # fmt: skip


def test_of_several_files_the_first_to_name_something_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one").write_text(config("a"))
    (tmp_path / "two").write_text(config("b", current="b"))
    (tmp_path / "three").write_text(config("a", "c", current="c"))
    (tmp_path / "empty").write_text("")
    names = ["missing", "empty", "one", "two", "three"]
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(str(tmp_path / name) for name in names))
    known = kubeconfig.load()
    assert known.contexts == ("a", "b", "c")
    assert known.current == "b"


def test_without_any_kubeconfig_there_are_no_contexts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert kubeconfig.load().contexts == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "is not YAML"), ("[1, 2]", "is not a mapping"), (b"\xff\xfe\x00", "is not YAML")],
)
def test_a_broken_kubeconfig_is_named(content: str | bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "broken"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UsageError, match=words):
        kubeconfig.load(str(path))


def test_a_kubeconfig_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no kubeconfig"):
        kubeconfig.load(str(tmp_path / "none"))


@pytest.mark.parametrize("address", ["127.0.0.1:6443", "ftp://127.0.0.1"])
async def test_an_address_that_is_none_is_told_at_once(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "FIRST_PAUSE", 60)
    async with SandboxCluster([]) as cluster:
        config = cluster.kubeconfig()
    config["clusters"][0]["cluster"]["server"] = address
    with pytest.raises(ClusterError, match="its address is not one that begins with https://"):
        await read(config, tmp_path)


async def test_a_token_that_no_header_can_hold(tmp_path: Path) -> None:
    async with SandboxCluster(small_cluster()) as cluster:
        with pytest.raises(ClusterError, match="no request can be made of its address and credentials"):
            await read(with_user(cluster.kubeconfig(), {"token": "one\ntwo"}), tmp_path)
