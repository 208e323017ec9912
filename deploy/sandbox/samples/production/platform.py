"""Platform: nodes on demand, certificates, and secrets from a manager."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.dating import Ago, ago
from deploy.sandbox.samples.kubeadm import config_map
from deploy.sandbox.samples.production.shared import (
    AddOn,
    Site,
    condition,
    guarded,
    named,
    resource,
    run,
)

SYSTEM, CERTIFICATES, SECRETS = "kube-system", "cert-manager", "external-secrets"


def platform(site: Site) -> Iterator[Manifest]:
    """Yield what teams build upon."""
    yield from _autoscaler(site)
    yield from _certificates(site)
    yield from _secrets(site)


def _autoscaler(site: Site) -> Iterator[Manifest]:
    add_on = AddOn(
        space=SYSTEM,
        name="cluster-autoscaler",
        image="registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.0",
        ports={"http": 8085},
        probe="/health-check",
        labels=named("cluster-autoscaler"),
        args=["--cloud-provider=clusterapi", "--leader-elect=true", "--balance-similar-node-groups"],
    )
    yield from run(add_on.workload, site.workers, {"http": (8085, "http")})
    nodes = len(site.machines)
    status = Ago(timedelta(seconds=8), lambda moment: _report(moment, nodes))
    yield config_map(SYSTEM, "cluster-autoscaler-status", status=status)


def _report(moment: datetime, nodes: int) -> str:
    """Write what the autoscaler says of itself every few seconds."""
    at = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return f"""\
time: {at}.120493 +0000 UTC
autoscalerStatus: Running
clusterWide:
  health:
    status: Healthy
    nodeCounts:
      registered:
        total: {nodes}
        ready: {nodes}
        notStarted: 0
      longUnregistered: 0
      unregistered: 0
  scaleUp:
    status: NoActivity
  scaleDown:
    status: NoCandidates
"""


def _certificates(site: Site) -> Iterator[Manifest]:
    yield from guarded(CERTIFICATES, "restricted")
    image = "quay.io/jetstack/cert-manager-{}:v1.20.1"
    probe = "/livez"
    for name, part, replicas, port in (
        ("cert-manager", "controller", 2, "http-healthz"),
        ("cert-manager-cainjector", "cainjector", 2, "healthz"),
        ("cert-manager-webhook", "webhook", 3, "healthcheck"),
    ):
        webhook = part == "webhook"
        add_on = AddOn(
            space=CERTIFICATES,
            name=name,
            image=image.format(part),
            ports={port: 6080} | ({"https": 10250} if webhook else {}),
            probe=probe,
            replicas=replicas,
            labels=named(name, part),
        )
        yield from run(add_on.workload, site.workers, {"https": (443, "https")} if webhook else None)
    api = "cert-manager.io/v1"
    ready = {"conditions": [condition("Ready", "Ready")]}
    acme = {"acme": {"server": "https://acme.example.com/directory", "email": "platform@example.com"}}
    yield resource(api, "ClusterIssuer", "public", acme, ready)
    certificate = {
        "secretName": "public-tls",
        "dnsNames": ["shop.example.com", "pay.example.com"],
        "issuerRef": {"kind": "ClusterIssuer", "name": "public"},
    }
    until = {"notAfter": ago(days=-60), "renewalTime": ago(days=-30)}
    yield resource(api, "Certificate", "public", certificate, ready | until, space="envoy-gateway-system")


def _secrets(site: Site) -> Iterator[Manifest]:
    yield from guarded(SECRETS, "restricted")
    for name, ports in (
        ("external-secrets", {"metrics": 8080}),
        ("external-secrets-cert-controller", {"ready": 8081}),
        ("external-secrets-webhook", {"ready": 8081, "webhook": 10250}),
    ):
        add_on = AddOn(
            space=SECRETS,
            name=name,
            image="ghcr.io/external-secrets/external-secrets:v2.2.0",
            ports=ports,
            probe="/readyz",
            labels=named(name),
        )
        serving = {"webhook": (443, "webhook")} if "webhook" in ports else None
        yield from run(add_on.workload, site.workers, serving)
    vault = {"provider": {"vault": {"server": "https://vault.example.com", "path": "kv", "version": "v2"}}}
    ready = {"conditions": [condition("Ready", "Valid", "store validated")], "capabilities": "ReadWrite"}
    yield resource("external-secrets.io/v1", "ClusterSecretStore", "vault", vault, ready)


def synced_secret(space: str, name: str) -> Iterator[Manifest]:
    """Yield an ExternalSecret, and the Secret that it brought in."""
    spec = {
        "refreshInterval": "1h",
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": "vault"},
        "target": {"name": name, "creationPolicy": "Owner"},
        "dataFrom": [{"extract": {"key": f"{space}/{name}"}}],
    }
    synced = {
        "conditions": [condition("Ready", "SecretSynced", "secret synced")],
        "refreshTime": ago(minutes=20),
    }
    yield resource("external-secrets.io/v1", "ExternalSecret", name, spec, synced, space=space)
    yield {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": space},
        "type": "Opaque",
        "data": {"password": "bm90IGEgc2VjcmV0"},
    }
