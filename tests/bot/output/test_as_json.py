"""The documented JSON."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from bot.output.as_json import json_schema
from bot.output.formats import render
from checks.model import Report
from tests.bot.output.golden import assert_golden
from tests.bot.output.sample import LAPTOP, OPTIONS, SAMPLE, large
from tests.bot.output.strategies import reports

WAIVER = {"by", "reason", "until"}
REF = {"kind", "namespace", "name", "container"}
FINDING = {"ref", "owner", "message", "fingerprint", "waiver"}
DOCUMENTED: dict[str, set[str]] = {
    "": {
        *(
            "schema",
            "run_id",
            "cluster",
            "cluster_uid",
            "platform",
            "taken_at",
            "partial",
            "verdict",
            "score",
        ),
        *("grade", "coverage", "unread", "results", "delta", "notes"),
    },
    "platform": {"distribution", "title", "management", "laptop", "version", "nodes"},
    "unread": {"verb", "resource", "group", "reason"},
    "results": {
        *(
            "id",
            "title",
            "family",
            "severity",
            "layer",
            "status",
            "incomplete",
            "waived",
            "reason",
            "evidence",
        ),
        *("findings", "remediation", "docs"),
    },
    "results.findings": FINDING,
    "results.findings.ref": REF,
    "results.findings.waiver": WAIVER,
    "delta": {"since", "new", "resolved", "changed", "unreadable"},
    "delta.new": {"id", "severity", *FINDING},
    "delta.new.ref": REF,
    "delta.new.waiver": WAIVER,
    "delta.resolved": {"id", "severity", *FINDING},
    "delta.resolved.ref": REF,
    "delta.changed": {"id", "from", "to"},
}


def keys(value: object, path: str = "") -> set[tuple[str, frozenset[str]]]:
    """Return the set of keys of every object, by its path."""
    if isinstance(value, list):
        return {pair for item in value for pair in keys(item, path)}
    if not isinstance(value, dict):
        return set()
    below = {pair for key, item in value.items() for pair in keys(item, f"{path}.{key}".strip("."))}
    return {(path, frozenset(value)), *below}


def test_every_object_has_the_documented_keys_and_no_other() -> None:
    written = keys(json.loads(render("json", SAMPLE, OPTIONS)))
    assert written == {(path, frozenset(names)) for path, names in DOCUMENTED.items()}


@pytest.mark.parametrize("report", [SAMPLE, LAPTOP, large(100)], ids=lambda report: report.cluster)
def test_it_fits_its_schema(report: Report) -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(render("json", report, OPTIONS)), schema)


def test_the_schema_is_as_documented() -> None:
    assert_golden("schema.json", json.dumps(json_schema(), indent=2) + "\n")


def test_another_key_does_not_fit_the_schema() -> None:
    document: dict[str, Any] = json.loads(render("json", SAMPLE, OPTIONS))
    document["results"][0]["findings"][0]["rule"] = "Ready"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json_schema())


@given(report=reports)
@settings(max_examples=40)
def test_nothing_is_lost_and_everything_fits(report: Report) -> None:
    document = json.loads(render("json", report, OPTIONS))
    jsonschema.validate(document, json_schema())
    assert [
        (item["ref"]["name"], item["owner"], item["message"], item["waiver"] is not None)
        for result in document["results"]
        for item in result["findings"]
    ] == [
        (item.ref.name, item.owner, item.message, item.waiver is not None)
        for result in report.results
        for item in result.findings
    ]
    assert len(document["delta"]["new"] if report.delta else ()) == len(
        report.delta.new if report.delta else ()
    )
