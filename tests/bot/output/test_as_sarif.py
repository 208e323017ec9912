"""SARIF, held against the part of its schema that is used, and GitHub's rules."""

import json
from dataclasses import replace
from typing import Any

import jsonschema
from hypothesis import given, settings
from msgspec import structs

from bot.output.formats import render
from checks.model import Family, Layer, Report
from tests.bot.output.sample import OPTIONS, SAMPLE
from tests.bot.output.strategies import reports

MESSAGE = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1, "not": {"pattern": r"\]\("}}},
    "additionalProperties": False,
}
LOCATION = {
    "type": "object",
    "required": ["physicalLocation", "logicalLocations"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation", "region"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "properties": {"uri": {"type": "string", "pattern": "^[A-Za-z0-9%/._~-]*$"}},
                },
            },
        },
        "logicalLocations": {"type": "array", "minItems": 1},
    },
}
RESULT = {
    "type": "object",
    "required": ["ruleId", "kind", "level", "message", "locations", "suppressions"],
    "properties": {
        "kind": {"enum": ["fail", "open"]},
        "level": {"enum": ["error", "warning", "note", "none"]},
        "message": MESSAGE,
        "locations": {"type": "array", "minItems": 1, "items": LOCATION},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "if": {"properties": {"kind": {"const": "open"}}},
    "then": {"properties": {"level": {"const": "none"}}},
}
RULE = {
    "type": "object",
    "required": ["id"],
    "properties": {"properties": {"properties": {"tags": {"type": "array", "uniqueItems": True}}}},
}
SHAPE = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "invocations", "results"],
                "properties": {
                    "tool": {"properties": {"driver": {"properties": {"rules": {"items": RULE}}}}},
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}


def run(report: Report) -> dict[str, Any]:
    document = json.loads(render("sarif", report, OPTIONS))
    jsonschema.validate(document, SHAPE)
    first: dict[str, Any] = document["runs"][0]
    return first


@given(report=reports)
@settings(max_examples=40)
def test_it_has_the_shape_and_every_finding(report: Report) -> None:
    failing = [item for item in run(report)["results"] if item["kind"] == "fail"]
    assert [item["partialFingerprints"]["readiness/v1"] for item in failing] == [
        finding.fingerprint for result in report.results for finding in result.findings
    ]


def test_the_program_s_version_is_told_where_it_is_known() -> None:
    document = json.loads(render("sarif", SAMPLE, replace(OPTIONS, version="1.2.3")))
    assert document["runs"][0]["tool"]["driver"]["version"] == "1.2.3"


def test_rules_are_those_of_the_results() -> None:
    told = run(SAMPLE)
    rules = told["tool"]["driver"]["rules"]
    for item in told["results"]:
        assert item["kind"] == "open" or rules[item["ruleIndex"]]["id"] == item["ruleId"]


def test_tags_stand_once() -> None:
    both = structs.replace(SAMPLE.results[0], family=Family.INFRASTRUCTURE, layer=Layer.INFRASTRUCTURE)
    told = run(structs.replace(SAMPLE, results=(both,)))
    assert told["tool"]["driver"]["rules"][0]["properties"]["tags"] == ["infrastructure", both.severity]


def test_what_is_waived_is_suppressed_and_nothing_else() -> None:
    suppressed = [item for item in run(SAMPLE)["results"] if item["suppressions"]]
    assert [item["ruleId"] for item in suppressed] == ["sample-roles", "sample-budgets"]
    assert "by alice" in suppressed[0]["suppressions"][0]["justification"]


def test_doubts_are_open_and_crashes_and_unread_kinds_are_notified() -> None:
    told = run(SAMPLE)
    assert [item["ruleId"] for item in told["results"] if item["kind"] == "open"] == [
        "sample-alerts",
        "sample-logs",
    ]
    invocation = told["invocations"][0]
    assert not invocation["executionSuccessful"]
    levels = [item["level"] for item in invocation["toolExecutionNotifications"]]
    assert levels == ["error", "warning", "warning", "note"]
