"""A report as JUnit XML, for the test views of CI systems: a suite per family, a test per check."""

from itertools import groupby
from xml.etree import ElementTree as ET

from bot.output.view import View
from checks.model import Family, Result, Status
from checks.presentation.grouping import Outcome, fix, headline, outcome, reason, waivers
from checks.presentation.prose import counted, flowed, named, plain, utc, whose


def render(view: View) -> str:
    """Return the report as JUnit XML.

    A failing check is a failure, one that could not be judged an error, one that does not apply or is waived
    is skipped. Characters that XML cannot hold are spelt out.
    """
    name = f"readiness {plain(view.report.cluster)}"
    root = ET.Element("testsuites", {"name": name, **_counts(view.report.results)})
    for family in Family:
        results = tuple(result for result in view.report.results if result.family is family)
        if results:
            root.append(_suite(view, family, results))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _counts(results: tuple[Result, ...]) -> dict[str, str]:
    kinds = [outcome(result) for result in results]
    return {
        "tests": str(len(kinds)),
        "failures": str(kinds.count(Outcome.FAIL)),
        "errors": str(kinds.count(Outcome.UNKNOWN)),
        "skipped": str(kinds.count(Outcome.WAIVED) + kinds.count(Outcome.NOT_APPLICABLE)),
        "time": "0",
    }


def _suite(view: View, family: Family, results: tuple[Result, ...]) -> ET.Element:
    taken = utc(view.report.taken_at)
    suite = ET.Element("testsuite", {"name": family, "timestamp": taken, **_counts(results)})
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(view).items():
        ET.SubElement(properties, "property", name=name, value=value)
    for result in results:
        suite.append(_case(view, result))
    return suite


def _properties(view: View) -> dict[str, str]:
    report = view.report
    verdict, numbers = headline(report.verdict, report.grade, report.score, report.coverage)
    facts = {"cluster": plain(report.cluster), "verdict": verdict, "scorecard": ", ".join(numbers)}
    return {**facts, "filter": view.note} if view.note else facts


def _case(view: View, result: Result) -> ET.Element:
    case = ET.Element(
        "testcase",
        classname=f"readiness.{result.family}",
        name=f"{plain(result.id)}: {plain(result.title)}",
        time="0",
    )
    match outcome(result):
        case Outcome.FAIL:
            message = f"{result.severity}: {counted(len(result.open_findings), 'finding')}"
            failure = ET.SubElement(case, "failure", type=result.severity, message=message)
            failure.text = "\n".join(_findings(view, result))
        case Outcome.UNKNOWN:
            kind = "error" if result.status is Status.ERROR else "unknown"
            ET.SubElement(case, "error", type=kind, message=plain(f"could not be judged: {reason(result)}"))
        case Outcome.NOT_APPLICABLE:
            ET.SubElement(case, "skipped", message=plain(f"does not apply: {reason(result)}"))
        case Outcome.WAIVED:
            notes = "; ".join(item.words for item in waivers([result]))
            ET.SubElement(case, "skipped", message=notes)
        case Outcome.PASS if result.evidence:
            ET.SubElement(case, "system-out").text = "\n".join(map(plain, result.evidence))
        case _:
            pass
    return case


def _findings(view: View, result: Result) -> list[str]:
    lines = []
    pairs = [(finding, fix(result, finding, view.options.checks)) for finding in result.open_findings]
    for words, group in groupby(pairs, key=lambda pair: pair[1]):
        lines += [f"{named(finding.ref)}{whose(finding)}: {flowed(finding.message)}" for finding, _ in group]
        lines += [f"  fix: {flowed(words, '    ')}"] if words else []
    if result.incomplete:
        lines.append(f"judged in part: {flowed(reason(result))}")
    lines += [item.words for item in waivers([result])]
    if result.docs:
        lines.append(f"docs: {plain(result.docs)}")
    return lines
