"""The catalogue: every check, in the order in which it is shown. An explicit list; nothing is discovered."""

from checks.delivery.gitops import gitops
from checks.delivery.management import managed_workloads
from checks.infrastructure.autoscaling import cluster_autoscaler
from checks.infrastructure.control_plane import control_plane_ha
from checks.infrastructure.etcd import etcd_health
from checks.infrastructure.etcd_backup import control_plane_backup
from checks.infrastructure.nodes import node_health, node_zone_spread
from checks.infrastructure.storage import default_storage_class
from checks.infrastructure.upgrades import kubernetes_version, version_skew
from checks.infrastructure.volume_backup import volume_backup
from checks.networking.cluster_dns import cluster_dns
from checks.networking.gateway import gateway_api
from checks.networking.ingress import ingress_controller
from checks.networking.load_balancers import load_balancers
from checks.networking.mesh import service_mesh
from checks.networking.pod_network import cni
from checks.networking.service_proxy import kube_proxy_mode
from checks.observability.alerting import alerting
from checks.observability.audit import control_plane_logs
from checks.observability.logs import kubelet_logs, pod_logs
from checks.observability.metrics import metrics_server, metrics_store
from checks.observability.tracing import tracing
from checks.registry import Check
from checks.security.access import anonymous_access, cluster_admins
from checks.security.exposure import exposed_control_plane
from checks.security.network_policies import network_policies
from checks.security.pod_security import pod_security
from checks.security.policy_engine import network_policy_engine
from checks.security.privileged import privileged_workloads
from checks.security.secret_managers import secret_manager
from checks.workloads.containers import image_tags, resource_requests
from checks.workloads.protection import disruption_budgets
from checks.workloads.rollouts import rollouts
from checks.workloads.traffic import readiness_probes, replicas
from checks.workloads.troubles import crash_loops, image_pulls, pending_pods

CATALOGUE: tuple[Check, ...] = (
    # infrastructure
    node_health,
    node_zone_spread,
    control_plane_ha,
    etcd_health,
    control_plane_backup,
    kubernetes_version,
    version_skew,
    cluster_autoscaler,
    default_storage_class,
    volume_backup,
    # networking
    cni,
    cluster_dns,
    kube_proxy_mode,
    ingress_controller,
    gateway_api,
    load_balancers,
    service_mesh,
    # observability
    pod_logs,
    kubelet_logs,
    control_plane_logs,
    metrics_server,
    metrics_store,
    alerting,
    tracing,
    # security
    anonymous_access,
    cluster_admins,
    exposed_control_plane,
    secret_manager,
    network_policy_engine,
    network_policies,
    pod_security,
    privileged_workloads,
    # workloads
    crash_loops,
    image_pulls,
    pending_pods,
    rollouts,
    readiness_probes,
    resource_requests,
    replicas,
    disruption_budgets,
    image_tags,
    # delivery
    gitops,
    managed_workloads,
)

BY_ID = {check.id: check for check in CATALOGUE}
