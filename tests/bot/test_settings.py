"""readiness.yaml: what it may say, and how a mistake in it is named."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import settings
from bot.clusters import resolve
from bot.settings import ConfigError, Settings
from checks.errors import UsageError
from checks.model import Management
from checks.snapshot import Facts

FULL = """
clusters:
  - name: cluster-a
    aliases: [prod, eu]
    environment: production
    context: arn:aws:eks:eu-west-1:1234:cluster/a
    management: managed
    fixed_nodes: true
    critical: true
    registries: [registry.example.com/]
    operators: [ops-team]
    owner_labels: [team]
  - name: here
    in_cluster: true
waivers:
  - check: replicas
    namespace: shop
    name: "cart-*"
    by: ada
    reason: a single writer by design
    until: 2026-12-31
  - {fingerprint: 0123456789abcdef, by: ada, reason: known, until: 2026-12-31T10:00:00Z}
attestations:
  - {check: control-plane-logs, by: bob, reason: shipped by the provider, until: 2027-01-31, link: "https://x"}
retention: {reports: 50, days: 30}
"""


def load(folder: Path, text: str) -> Settings:
    path = folder / "readiness.yaml"
    path.write_text(text)
    return settings.load(path)


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    return [problem.removeprefix(f"{folder}/readiness.yaml:") for problem in caught.value.problems]


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    loaded = load(tmp_path, FULL)
    found = loaded.find("eu")
    assert found
    assert found.name == "cluster-a"
    assert found.facts.management is Management.MANAGED
    assert found.facts.fixed_nodes
    assert found.facts.operators == ("ops-team",)
    assert found.facts.owner_labels == ("team",)
    here = loaded.find("here")
    assert here
    assert here.facts == Facts(owner_labels=("team", "owner", "a8r.io/owner"))
    by_check, by_fingerprint = loaded.accepted()
    # What holds until the 31st still holds on the 31st.
    assert by_check.until == datetime(2027, 1, 1, tzinfo=UTC)
    assert by_fingerprint.until == datetime(2026, 12, 31, 10, tzinfo=UTC)
    assert loaded.signed()[0].check == "control-plane-logs"
    assert loaded.retention.reports == 50


@pytest.mark.parametrize("day", ["2026-12-31", "'2026-12-31'", '"2026-12-31"'])
def test_a_day_holds_to_its_end_in_quotes_or_not(tmp_path: Path, day: str) -> None:
    loaded = load(tmp_path, f"waivers: [{{check: replicas, by: a, reason: b, until: {day}}}]")
    assert loaded.accepted()[0].until == datetime(2027, 1, 1, tzinfo=UTC)


def test_owners_of_namespaces_are_told_to_the_checks_of_their_clusters(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        """
clusters: [{name: here, in_cluster: true, owner_labels: [squad]}]
owners:
  - {owner: payments, namespaces: [payments, "pay-*"], clusters: ["prod-*", here]}
  - {owner: web, mention: S0604QSJC}
  - {owner: everyone, namespaces: ["*"]}
""",
    )
    everyone = ("*", "everyone")
    assert loaded.owner_rules("test") == (everyone,)
    facts = resolve("here", loaded, None, None).facts
    assert facts.owner_rules == (("payments", "payments"), ("pay-*", "payments"), everyone)
    assert facts.owner_labels == ("squad",)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}"])
def test_an_empty_file_means_the_defaults(text: str, tmp_path: Path) -> None:
    assert load(tmp_path, text) == Settings()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("clustres: []", "1: unknown key clustres: did you mean clusters?"),
        ("clusters:\n  - name: a\n    enviroment: x", "3: unknown key enviroment: did you mean environment?"),
        (
            "clusters:\n  - name: a\n    in_cluster: true\n    context: b",
            "2: clusters.0: in_cluster excludes",
        ),
        (
            "clusters:\n  - name: a\n  - name: b\n    aliases: [a]",
            "1: readiness.yaml: two clusters are called a",
        ),
        ("clusters:\n  - name: a\n    management: mine", "3: clusters.0.management: Input should be"),
        ("waivers:\n  - {by: a, reason: b, until: 2026-01-01}", "names either a fingerprint or a check"),
        (
            "waivers:\n  - check: replica\n    by: a\n    reason: b\n    until: 2026-01-01",
            "2: waivers.0.check: there is no check replica: did you mean replicas",
        ),
        ("waivers:\n  - {check: replicas, by: a, reason: b, until: soon}", "2: waivers.0.until"),
        ("waivers:\n  - {check: replicas, by: a, reason: '', until: 2026-01-01}", "2: waivers.0.reason"),
        ("retention: {days: 0}", "1: retention.days"),
        ("clusters: []\nclusters: []", "2: clusters is there twice"),
        ("clusters: [", "1: not YAML"),
        ("- a\n- b", "1: readiness.yaml: Input should be a valid dictionary"),
        ("a: &a [*a]", "unknown key a"),
        ("\x00", "not YAML"),
        ("clusters: here", "1: clusters: Input should be a valid list"),
        (
            "waivers:\n  - check: replicas\n    by: a\n    reason: b\n    until: 2026-06-31",
            "5: waivers.0.until: Input should be a valid datetime or date, day value is outside",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, problem: str, tmp_path: Path) -> None:
    assert problem in problems(tmp_path, text)[0]


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "readiness.yaml").write_bytes(b"clusters: \xff")
    with pytest.raises(ConfigError, match=r"readiness\.yaml:1: not UTF-8"):
        settings.load(tmp_path / "readiness.yaml")


def test_the_last_day_there_is_may_be_named(tmp_path: Path) -> None:
    (waiver,) = load(
        tmp_path, "waivers:\n  - {check: replicas, by: a, reason: b, until: 9999-12-31}"
    ).accepted()
    assert waiver.until.year == 9999


def test_every_mistake_is_named(tmp_path: Path) -> None:
    found = problems(tmp_path, "clustres: []\nretention:\n  dayz: 3\n  reports: many\n")
    assert [problem.partition(":")[0] for problem in found] == ["4", "3", "1"]


@pytest.mark.parametrize(
    ("given", "meant"),
    [("kube/prod", "{folder}/kube/prod"), ("/etc/prod", "/etc/prod"), ("~/prod", "{home}/prod")],
)
def test_a_kubeconfig_is_looked_for_beside_the_configuration(given: str, meant: str, tmp_path: Path) -> None:
    found = load(tmp_path, f"clusters: [{{name: a, kubeconfig: {given}}}]").clusters[0]
    assert found.kubeconfig == meant.format(folder=tmp_path, home=Path.home())


def test_the_first_file_found_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("READINESS_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    assert settings.find_file() is None
    xdg = tmp_path / "xdg" / "readiness" / "readiness.yaml"
    xdg.parent.mkdir(parents=True)
    xdg.touch()
    assert settings.find_file() == xdg
    Path("readiness.yaml").touch()
    assert settings.find_file() == Path("readiness.yaml")
    (tmp_path / "other.yaml").touch()
    monkeypatch.setenv("READINESS_CONFIG", str(tmp_path / "other.yaml"))
    assert settings.find_file() == tmp_path / "other.yaml"
    assert settings.find_file(str(xdg)) == xdg


def test_a_file_that_was_named_and_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no configuration file"):
        settings.find_file(str(tmp_path / "none.yaml"))


def test_the_examples_in_the_readme_are_valid(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    examples = [part.partition("```")[0] for part in readme.split("```yaml\n")[1:]]
    loaded = [load(tmp_path, example) for example in examples]
    assert [entry.name for settings in loaded for entry in settings.clusters] == ["cluster-a"]
    assert [entry.name for settings in loaded for entry in settings.schedules] == ["morning"]
    assert any(settings.access for settings in loaded)
