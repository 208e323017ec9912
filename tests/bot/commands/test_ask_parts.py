"""The parts of `readiness ask` that need no cluster: what is typed, what is written into readiness.yaml."""

import shlex
from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from bot.commands.accepting import accepting
from bot.commands.guidance import examples, overview, unclear
from bot.commands.typed import typed
from bot.output.text.reply import plain_reply
from bot.settings import load
from checks.model import Family, Report, Severity, Status
from handlers.conversation.naming import name as intent_name
from handlers.conversation.topic import Topic
from handlers.conversation.understanding import understand
from handlers.grammar import parse
from handlers.intents import (
    Ask,
    Attest,
    Changes,
    Clusters,
    Compare,
    Export,
    Filters,
    Format,
    Help,
    History,
    Intent,
    Kind,
    Question,
    Rbac,
    Run,
    Unclear,
    Waive,
)
from handlers.ports import Cluster
from tests.bot.output.sample import NOW, SAMPLE

CLUSTERS = [Cluster("prod"), Cluster("pre prod"), Cluster("staging")]


@pytest.mark.parametrize(
    ("intent", "line"),
    [
        (Question(Kind.FIX, "prod", "replicas"), "readiness ask prod fix check:replicas"),
        (Question(Kind.COMPARE, "prod", other="staging"), "readiness ask prod compare with:staging"),
        (Question(Kind.LIST, "prod", about="a b"), """readiness ask prod 'list about:"a b"'"""),
        (Question(Kind.SUMMARY, "pre prod"), "readiness ask 'pre prod' summary"),
        (Ask("prod", "why red?"), "readiness ask prod 'why red?'"),
        (Changes("prod", "7d"), "readiness ask prod changes since:7d"),
        (Run("pre prod"), "readiness check 'pre prod'"),
        (Export("prod", format=Format.CSV), "readiness ask prod export as csv"),
        (Waive("prod", "replicas"), "readiness ask prod waive replicas"),
        (Attest("prod"), "readiness ask prod attest"),
        (Compare("prod", "staging"), "readiness compare prod staging"),
        (History("prod"), "readiness history prod"),
        (Rbac("prod"), "readiness rbac --can-i prod"),
        (Help(), "readiness ask --help"),
        (Clusters(), ""),
    ],
)
def test_what_is_offered_can_be_typed(intent: Intent, line: str) -> None:
    assert typed(intent) == line


@pytest.mark.parametrize(
    "question",
    [
        Question(
            Kind.LIST, "prod", filters=Filters((Family.SECURITY,), Severity.HIGH, "shop", owner="team a&b")
        ),
        Question(Kind.LIST, "pre prod", filters=Filters(checks=("replicas", "image-tags"))),
        Question(Kind.EXPLAIN, "prod", about="it's $HOME `x`"),
        Question(Kind.CHANGES, "prod", since="2026-11-16T09:00", run_id="20261121-1009"),
    ],
)
def test_a_typed_question_is_that_question_again(question: Question) -> None:
    words = shlex.split(typed(question))
    assert words[:2] == ["readiness", "ask"]
    name = f'"{words[2]}"' if " " in words[2] else words[2]
    assert parse(f"ask {name} {' '.join(words[3:])}", CLUSTERS) == question


def report(check: str = "replicas", status: Status = Status.FAIL) -> Report:
    """Return the sample with one of its checks called like one of the catalogue."""
    source = {Status.FAIL: "sample-nodes", Status.UNKNOWN: "sample-alerts", Status.PASS: "sample-zones"}[
        status
    ]
    results = tuple(structs.replace(it, id=check) for it in SAMPLE.results if it.id == source)
    return structs.replace(SAMPLE, cluster="prod", results=results)


@pytest.fixture(autouse=True)
def _somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "ada: #1")


def test_a_waiver_is_written_as_the_configuration_takes_it(tmp_path: Path) -> None:
    asked = Waive("prod", "replicas", until="2026-12-05", reason='one writer: "by design" #42')
    made = accepting(asked, report(), "readiness.yaml", NOW)
    (tmp_path / "readiness.yaml").write_text(made.commands[0])
    waiver = load(tmp_path / "readiness.yaml").waivers[0]
    assert (waiver.check, waiver.cluster, waiver.by) == ("replicas", "prod", "ada: #1")
    assert waiver.reason == asked.reason
    assert waiver.until.date() == date(2026, 12, 6)  # the last day is the 5th, to its end
    assert "until 2026-12-05, add this to `readiness.yaml`." in made.told
    assert "`/readiness waive prod replicas`" in made.note
    assert "14 days" not in made.note


def test_an_attestation_is_too(tmp_path: Path) -> None:
    asked = Attest("prod", "alerting", reason="seen")
    made = accepting(asked, report("alerting", Status.UNKNOWN), "other.yaml", NOW)
    (tmp_path / "readiness.yaml").write_text(made.commands[0])
    signed = load(tmp_path / "readiness.yaml").attestations[0]
    assert (signed.check, signed.cluster, signed.reason) == ("alerting", "prod", "seen")


@pytest.mark.parametrize("until", ["", "2026-10-31", "soon"])
def test_without_a_day_that_is_to_come_it_lasts_two_weeks(until: str) -> None:
    made = accepting(Waive("prod", "replicas", until=until), report(), "x", NOW)
    assert "until: 2026-11-15" in made.commands[0]
    assert "No day to come was named, so it is for 14 days." in made.note


def test_a_reason_that_was_not_given_is_asked_for() -> None:
    assert "Write the reason in." in accepting(Waive("prod", "replicas"), report(), "x", NOW).told
    assert "Write" not in accepting(Waive("prod", "replicas", reason="known"), report(), "x", NOW).told


def test_a_finding_is_waived_by_its_fingerprint() -> None:
    print_ = "0123456789abcdef"
    made = accepting(Waive("prod", "replicas", print_, reason="x"), report(), "x", NOW)
    assert f"fingerprint: {print_}" in made.commands[0]
    assert "check:" not in made.commands[0]


def test_what_would_change_nothing_says_so() -> None:
    passing = accepting(Waive("prod", "replicas"), report(status=Status.PASS), "x", NOW)
    assert "It would change nothing now" in passing.note
    assert "the status of `replicas` is pass." in passing.note


def test_without_a_check_those_that_may_be_meant_are_named() -> None:
    assert accepting(Waive("prod"), report(), "x", NOW).commands == ("readiness ask prod waive replicas",)
    unknown = report("alerting", Status.UNKNOWN)
    assert accepting(Attest("prod"), unknown, "x", NOW).commands == ("readiness ask prod attest alerting",)
    assert "There is none" in accepting(Waive("prod"), unknown, "x", NOW).told


def test_help_has_examples_of_this_cluster() -> None:
    told = plain_reply(overview(report(), CLUSTERS))
    assert "readiness ask prod 'why does replicas fail?'" in told
    assert "readiness ask prod compare it with pre prod" in told
    alone = plain_reply(overview(report(status=Status.PASS), CLUSTERS[:1]))
    assert "why" not in alone
    assert "compare" not in alone


def test_words_that_are_not_understood_lead_to_the_nearest_meanings() -> None:
    said = Unclear(
        "rplicas??", "there is no check rplicas", ("ask prod explain check:replicas", "list", "help")
    )
    made = unclear(said, report(), CLUSTERS)
    assert made.told == "Not understood: there is no check rplicas. Did you mean:"
    assert made.commands == ("readiness ask prod explain check:replicas", "readiness ask --help")
    lost = unclear(Unclear("hm", "this can mean several things"), report(), CLUSTERS)
    assert lost.told == "`hm` was not understood. What can be asked, for example:"
    assert lost.commands[0] == "readiness ask prod 'is it ready?'"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("is it ready?", "summary"),
        ("why does replicas fail?", "explain"),
        ("how do I fix replicas?", "fix"),
        ("which findings are critical?", "list"),
        ("how long has replicas been failing?", "history"),
        ("whose is replicas?", "owner"),
        ("what changed since yesterday?", "changes"),
        ("compare it with pre prod", "compare"),
        ("ignore replicas for two weeks because it is known", "waive"),
        ("export it as csv", "export"),
        ("run it again", "rerun"),
    ],
)
def test_every_example_of_help_is_understood(said: str, name: str) -> None:
    assert said in [*examples(report(), ["pre prod"])]
    assert meant(said) == [(name, "replicas" if "replicas" in said else "")]


@pytest.mark.parametrize(
    "intent", [Export("prod", format=Format.JSON), Waive("prod", "image-tags"), Attest("prod", "alerting")]
)
def test_a_step_that_is_typed_means_what_it_offers(intent: Intent) -> None:
    said = shlex.split(typed(intent))[3:]
    assert meant(" ".join(said)) == [(intent_name(intent), getattr(intent, "check", ""))]


def meant(said: str) -> list[tuple[str, str]]:
    """Return what is understood: each intent and its check."""
    found = understand(said, Topic("prod"), CLUSTERS, report(), NOW)
    return [(intent_name(intent), getattr(intent, "check", "")) for intent in found]
