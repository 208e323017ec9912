"""What the operators of monitoring are told: which rules there are, who evaluates them and who hears."""

from collections.abc import Mapping

from checks.records.base import Kind, LabelSelector, Object, Record
from checks.records.workloads import Name


class Kept(Record, frozen=True):
    """Something of which only the presence counts; nothing of it is kept."""


class Rule(Record, frozen=True):
    """A rule; one that records has no `alert`."""

    alert: str = ""


class RuleGroup(Record, frozen=True):
    """A group of rules."""

    rules: tuple[Rule, ...] = ()


class RuleFileSpec(Record, frozen=True):
    """The groups of a PrometheusRule, VMRule or one of Google's Rules."""

    groups: tuple[RuleGroup, ...] = ()


class RuleFile(Object, frozen=True):
    """A PrometheusRule, VMRule or one of Google's Rules."""

    spec: RuleFileSpec = RuleFileSpec()

    @property
    def alerts(self) -> int:
        """How many rules of it alert."""
        return sum(bool(rule.alert) for group in self.spec.groups for rule in group.rules)


class Selection(Record, frozen=True):
    """What a resource selects: without `labels` nothing, without `namespaces` in its own alone."""

    labels: LabelSelector | None = None
    namespaces: LabelSelector | None = None

    def takes(self, item: Object, home: str, known: Mapping[str, dict[str, str]]) -> bool:
        """Whether it takes an object; `known` are the labels of the namespaces."""
        if self.labels is None or not self.labels.matches(item.labels):
            return False
        if self.namespaces is None:
            return item.namespace == home
        return self.namespaces.matches(known.get(item.namespace, {}))


class EvaluatorSpec(Record, frozen=True):
    """The spec of a Prometheus or ThanosRuler. Of remote writes only their number is kept."""

    rule_selector: LabelSelector | None = None
    rule_namespace_selector: LabelSelector | None = None
    remote_write: tuple[Kept, ...] = ()


class Evaluator(Object, frozen=True):
    """A Prometheus or ThanosRuler: what evaluates PrometheusRules."""

    spec: EvaluatorSpec = EvaluatorSpec()

    @property
    def rules(self) -> Selection:
        """Which PrometheusRules it evaluates."""
        return Selection(self.spec.rule_selector, self.spec.rule_namespace_selector)


class AlertmanagerSpec(Record, frozen=True):
    """The spec of an Alertmanager."""

    alertmanager_config_selector: LabelSelector | None = None
    alertmanager_config_namespace_selector: LabelSelector | None = None
    alertmanager_configuration: Name = Name()


class Alertmanager(Object, frozen=True):
    """An Alertmanager of the Prometheus operator."""

    spec: AlertmanagerSpec = AlertmanagerSpec()

    def takes(self, config: Object, known: Mapping[str, dict[str, str]]) -> bool:
        """Whether an AlertmanagerConfig is part of its configuration."""
        spec = self.spec
        if (config.namespace, config.name) == (self.namespace, spec.alertmanager_configuration.name):
            return True
        selection = Selection(spec.alertmanager_config_selector, spec.alertmanager_config_namespace_selector)
        return selection.takes(config, self.namespace, known)


class Receiver(Record, frozen=True):
    """A receiver of an AlertmanagerConfig: what it notifies by. Addresses are not kept."""

    name: str = ""
    discord_configs: tuple[Kept, ...] = ()
    email_configs: tuple[Kept, ...] = ()
    msteams_configs: tuple[Kept, ...] = ()
    msteamsv2_configs: tuple[Kept, ...] = ()
    opsgenie_configs: tuple[Kept, ...] = ()
    pagerduty_configs: tuple[Kept, ...] = ()
    pushover_configs: tuple[Kept, ...] = ()
    rocketchat_configs: tuple[Kept, ...] = ()
    slack_configs: tuple[Kept, ...] = ()
    sns_configs: tuple[Kept, ...] = ()
    telegram_configs: tuple[Kept, ...] = ()
    victorops_configs: tuple[Kept, ...] = ()
    webex_configs: tuple[Kept, ...] = ()
    webhook_configs: tuple[Kept, ...] = ()
    wechat_configs: tuple[Kept, ...] = ()

    @property
    def notifies_by(self) -> tuple[str, ...]:
        """`slack`, `pagerduty`; nothing for a receiver that swallows alerts."""
        return tuple(
            field.removesuffix("_configs")
            for field in self.__struct_fields__
            if field != "name" and getattr(self, field)
        )


class AlertmanagerConfigSpec(Record, frozen=True):
    """AlertmanagerConfigSpec; without a route nothing reaches its receivers."""

    route: Kept | None = None
    receivers: tuple[Receiver, ...] = ()


class AlertmanagerConfig(Object, frozen=True):
    """An AlertmanagerConfig."""

    spec: AlertmanagerConfigSpec = AlertmanagerConfigSpec()

    @property
    def notifies_by(self) -> tuple[str, ...]:
        """What its receivers notify by."""
        found = {way for receiver in self.spec.receivers for way in receiver.notifies_by}
        return tuple(sorted(found)) if self.spec.route is not None else ()


COREOS = "monitoring.coreos.com"
GOOGLE = "monitoring.googleapis.com"
PROMETHEUSES = Kind("Prometheus", COREOS, "prometheuses", ("v1",), Evaluator)
THANOS_RULERS = Kind("ThanosRuler", COREOS, "thanosrulers", ("v1",), Evaluator)
ALERTMANAGERS = Kind("Alertmanager", COREOS, "alertmanagers", ("v1",), Alertmanager)
ALERTMANAGER_CONFIGS = Kind(
    "AlertmanagerConfig", COREOS, "alertmanagerconfigs", ("v1beta1", "v1alpha1"), AlertmanagerConfig
)
PROMETHEUS_RULES = Kind("PrometheusRule", COREOS, "prometheusrules", ("v1",), RuleFile)
VM_RULES = Kind("VMRule", "operator.victoriametrics.com", "vmrules", ("v1beta1",), RuleFile)
GOOGLE_RULES = (
    Kind("Rules", GOOGLE, "rules", ("v1",), RuleFile),
    Kind("ClusterRules", GOOGLE, "clusterrules", ("v1",), RuleFile),
    Kind("GlobalRules", GOOGLE, "globalrules", ("v1",), RuleFile),
)
