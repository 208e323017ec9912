"""What network plugins keep in custom resources of their own."""

from checks.records.base import Kind, Object, Record


class FelixSpec(Record, frozen=True):
    """FelixConfigurationSpec."""

    bpf_enabled: bool = False


class FelixConfiguration(Object, frozen=True):
    """How Calico runs on the nodes."""

    spec: FelixSpec = FelixSpec()


class AddressPool(Object, frozen=True):
    """A pool from which Cilium gives addresses to Services; only that there is one counts."""


FELIX_CONFIGURATIONS = Kind(
    "FelixConfiguration", "crd.projectcalico.org", "felixconfigurations", ("v1",), FelixConfiguration
)
CILIUM_ADDRESS_POOLS = Kind(
    "CiliumLoadBalancerIPPool", "cilium.io", "ciliumloadbalancerippools", ("v2", "v2alpha1"), AddressPool
)
