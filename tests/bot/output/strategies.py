"""Reports with anything in them that a cluster or a person could have written."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from checks.model import (
    Delta,
    DeltaFinding,
    Family,
    Finding,
    Layer,
    Management,
    Platform,
    Ref,
    Report,
    Result,
    Severity,
    Status,
    StatusChange,
    Unread,
    Verdict,
    WaiverNote,
)

NASTY = (
    "\x1b[31m",
    "\u202e",
    "[red]",
    "<b>",
    "`",
    "```\n",
    "|",
    "\n",
    "\n\n# ",
    "](http://x)",
    "@all",
    "{0}",
    "\ud800",
    "\x00",
    "1. ",
    "<!channel>",
    "<@U1>",
    "*_~",
    ":x:",
    "javascript:x",
    "&amp;",
    "界" * 40,
    "😀",
)
texts = st.lists(
    st.one_of(st.text(st.characters(exclude_categories=()), max_size=8), st.sampled_from(NASTY)), max_size=5
).map("".join)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001

refs = st.builds(Ref, texts, texts, texts, texts)
waivers = st.builds(WaiverNote, texts, texts, moments)
fingerprints = st.text("0123456789abcdef", min_size=16, max_size=16)
findings = st.builds(Finding, refs, texts, texts, texts, fingerprints, st.none() | waivers, texts)
percents = st.none() | st.integers(0, 100)


@st.composite
def results(draw: st.DrawFn) -> Result:
    """Draw a result whose parts agree as those of the engine do."""
    status = draw(st.sampled_from(Status))
    found = tuple(draw(st.lists(findings, min_size=1, max_size=4))) if status is Status.FAIL else ()
    return Result(
        id=draw(texts),
        title=draw(texts),
        family=draw(st.sampled_from(Family)),
        severity=draw(st.sampled_from(Severity)),
        layer=draw(st.sampled_from(Layer)),
        status=status,
        incomplete=bool(found) and draw(st.booleans()),
        waived=bool(found) and all(item.waiver for item in found),
        reason=draw(texts),
        evidence=tuple(draw(st.lists(texts, max_size=2))),
        findings=found,
        remediation=draw(texts),
        docs=draw(st.sampled_from(("", "https://", "javascript:"))) + draw(texts),
    )


changed_findings = st.lists(st.builds(DeltaFinding, texts, st.sampled_from(Severity), findings), max_size=2)
statuses = st.none() | st.sampled_from(Status)
deltas = st.builds(
    Delta,
    moments,
    texts,
    changed_findings.map(tuple),
    changed_findings.map(tuple),
    st.lists(st.builds(StatusChange, texts, statuses, statuses), max_size=2).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
)
platforms = st.builds(
    Platform,
    distribution=texts,
    title=texts,
    management=st.none() | st.sampled_from(Management),
    laptop=st.booleans(),
    version=texts,
    nodes=st.none() | st.integers(0, 5000),
)
reports = st.builds(
    Report,
    run_id=texts,
    cluster=texts,
    cluster_uid=texts,
    platform=platforms,
    taken_at=moments,
    partial=st.booleans(),
    verdict=st.sampled_from(Verdict),
    score=percents,
    grade=st.sampled_from("ABCDF-"),
    coverage=percents,
    unread=st.lists(st.builds(Unread, texts, texts, texts, texts), max_size=2).map(tuple),
    results=st.lists(results(), max_size=4, unique_by=lambda result: result.id).map(tuple),
    delta=st.none() | deltas,
    notes=st.lists(texts, max_size=2).map(tuple),
)
