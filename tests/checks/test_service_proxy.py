"""What thousands of Services mean for kube-proxy; too many for a case file."""

from dataclasses import replace

import pytest

from checks.engine import run
from checks.model import Result, Status
from checks.networking.service_proxy import MANY_SERVICES, kube_proxy_mode
from checks.records.base import Metadata
from checks.records.network import SERVICES, Service, ServiceSpec
from tests.checks.case import CASES, load, snapshot


def judged(case: str, services: int, **spec: str) -> Result:
    """Judge a case's cluster with so many Services in it."""
    seen = snapshot(load(CASES / "kube-proxy-mode" / f"{case}.yaml"))
    item = Service(metadata=Metadata(name="cart", namespace="shop"), spec=ServiceSpec(**spec))  # type: ignore[arg-type]
    return run(kube_proxy_mode, replace(seen, records={**seen.records, SERVICES.key: (item,) * services}))


def test_iptables_is_fine_up_to_the_limit() -> None:
    assert judged("pass.few-services", MANY_SERVICES, cluster_ip="10.96.0.1").status is Status.PASS


def test_iptables_fails_with_more() -> None:
    result = judged("pass.few-services", MANY_SERVICES + 1, cluster_ip="10.96.0.1")
    assert [str(finding.ref) for finding in result.findings] == ["DaemonSet kube-system/kube-proxy"]
    assert "for 1001 Services" in result.findings[0].message


@pytest.mark.parametrize("spec", [{"cluster_ip": "None"}, {"type": "ExternalName"}])
def test_services_without_an_address_of_their_own_do_not_count(spec: dict[str, str]) -> None:
    assert judged("pass.few-services", MANY_SERVICES + 1, **spec).status is Status.PASS


@pytest.mark.parametrize("case", ["pass.nftables", "pass.ipvs-is-deprecated", "pass.cilium-replaces-it"])
def test_other_modes_bear_any_number(case: str) -> None:
    assert judged(case, MANY_SERVICES * 20, cluster_ip="10.96.0.1").status is Status.PASS


def test_a_replacement_beside_kube_proxy_passes_and_says_so() -> None:
    result = judged("pass.cilium-beside-it", MANY_SERVICES + 1, cluster_ip="10.96.0.1")
    assert "still runs beside it" in result.evidence[0]
