"""What GitOps controllers are told to deliver, and Argo's own kind of workload."""

from datetime import datetime

from checks.records.base import Conditioned, Kind, Object, Record


class ApplicationStatus(Record, frozen=True):
    """Status of an Argo CD Application."""

    reconciled_at: datetime | None = None


class Application(Object, frozen=True):
    """An Argo CD Application."""

    status: ApplicationStatus = ApplicationStatus()


class Decryption(Record, frozen=True):
    """How a Kustomization decrypts what it applies."""

    provider: str = ""


class KustomizationSpec(Record, frozen=True):
    """KustomizationSpec."""

    decryption: Decryption = Decryption()


class Kustomization(Conditioned, frozen=True):
    """A Flux Kustomization."""

    spec: KustomizationSpec = KustomizationSpec()


APPLICATIONS = Kind("Application", "argoproj.io", "applications", ("v1alpha1",), Application)
ROLLOUTS = Kind("Rollout", "argoproj.io", "rollouts", ("v1alpha1",), Object)
KUSTOMIZATIONS = Kind(
    "Kustomization",
    "kustomize.toolkit.fluxcd.io",
    "kustomizations",
    ("v1", "v1beta2", "v1beta1"),
    Kustomization,
)
HELM_RELEASES = Kind(
    "HelmRelease", "helm.toolkit.fluxcd.io", "helmreleases", ("v2", "v2beta2", "v2beta1"), Object
)
KAPP_APPS = Kind("App", "kappctrl.k14s.io", "apps", ("v1alpha1",), Object)
FLEET_REPOSITORIES = Kind("GitRepo", "fleet.cattle.io", "gitrepos", ("v1alpha1",), Object)
FLEET_CHARTS = Kind("HelmOp", "fleet.cattle.io", "helmops", ("v1alpha1",), Object)
ROOT_SYNCS = Kind("RootSync", "configsync.gke.io", "rootsyncs", ("v1beta1", "v1alpha1"), Object)
REPO_SYNCS = Kind("RepoSync", "configsync.gke.io", "reposyncs", ("v1beta1", "v1alpha1"), Object)
