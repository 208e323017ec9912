"""What holds of every message, whatever a cluster or a person wrote."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from checks.catalogue import BY_ID
from checks.model import Delta, DeltaFinding, Family, Finding, Report, Result, Severity
from deploy.sandbox.slack.limits import message_problem
from handlers.grammar import parse
from handlers.intents import Filters, Unclear
from handlers.ports import Cluster, Progress, State
from handlers.render.budget import BLOCKS, BYTES, TEXT, size
from handlers.render.changes import changes
from handlers.render.checklist import checklists, page
from handlers.render.elements import VALUE_MOST
from handlers.render.message import Message
from handlers.render.remediation import remediation
from handlers.render.root import failed, final, waiting
from tests.bot.output.strategies import reports, texts
from tests.handlers.render.shown import buttons
from tests.handlers.render.shown import texts as read_in

NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
RUN = "20261121-124600-7f3a"
OURS = re.compile(
    r"<!date\^-?\d+\^\{date_short_pretty\} \{time\}\|[-\d: ]+ UTC>|<@U\d+>|<https?://[^<>|\s]*\|Documentation>"
)
"""The only sequences with a meaning to Slack that we write."""
NAMES = re.compile(r"@(here|channel|everyone)|:[^\s:]+:(?<!_circle:)")

filters = st.builds(
    Filters,
    families=st.lists(st.sampled_from(Family), max_size=2, unique=True).map(tuple),
    severity=st.none() | st.sampled_from(Severity),
    namespace=st.just("") | st.from_regex(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True),
    checks=st.lists(st.sampled_from([*BY_ID]), max_size=2, unique=True).map(tuple),
)


@st.composite
def hostile(draw: st.DrawFn, most: int) -> Report:
    """Draw a report of any words, in the frame that the engine gives: known checks, named runs and prints."""
    report = draw(reports)
    ids = draw(st.permutations([*BY_ID]))
    long = draw(st.sampled_from((1, 1, 3, 40)))
    results = [
        structs.replace(
            result,
            id=check_id,
            title=result.title * long,
            findings=enlarged(result, at, most // len(report.results), long),
        )
        for at, (check_id, result) in enumerate(zip(ids, report.results, strict=False))
    ]
    return structs.replace(
        report,
        run_id=RUN,
        cluster=report.cluster.strip() * long or "cluster-a",
        results=tuple(results),
        delta=report.delta and larger(report.delta, min(most, 500)),
    )


def enlarged(result: Result, at: int, most: int, long: int) -> tuple[Finding, ...]:
    """Repeat the findings of a result, each with longer words and a fingerprint that is nobody else's."""
    longer = [
        structs.replace(
            found,
            ref=structs.replace(found.ref, name=found.ref.name * long),
            message=found.message * long,
            fix=found.fix * long,
        )
        for found in result.findings
    ]
    repeated = islice(cycle(longer), max(most, len(longer)))
    return tuple(
        structs.replace(found, fingerprint=f"{at:04x}{number:012x}") for number, found in enumerate(repeated)
    )


def larger(delta: Delta, many: int) -> Delta:
    def each(items: tuple[DeltaFinding, ...]) -> tuple[DeltaFinding, ...]:
        return items * many

    return structs.replace(
        delta,
        run_id=RUN,
        new=each(delta.new),
        resolved=each(delta.resolved),
        changed=delta.changed * many,
    )


def every_message(report: Report, asked: Filters, number: int, words: str) -> Iterator[Message]:
    progress = Progress(
        run_id=RUN,
        cluster=report.cluster,
        state=State.READING,
        reads=number,
        reads_total=99,
        asked=NOW - timedelta(seconds=number),
        beat=NOW,
        askers=("U1", words),
    )
    yield waiting(report.cluster, progress, report, NOW)
    yield failed(report.cluster, words, words * 200, report, ("U1", words), NOW)
    yield final(report, asked, ("U1",), NOW)
    yield final(report, Filters(), (), NOW, stored=True, remark=words * 200)
    yield from checklists(report, asked, NOW)
    yield page(report, asked, number, NOW)
    yield page(report, Filters(), 1, NOW)
    yield changes(report, report.delta, number, NOW)
    yield remediation(report, "", number, NOW)
    for result in report.results:
        yield remediation(report, result.id, number, NOW)
        yield page(report, Filters(checks=(result.id,)), number, NOW)


@given(hostile(most=12), filters, st.integers(1, 5), texts)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_every_message_is_one_that_slack_takes_and_nobody_can_write_into(
    report: Report, asked: Filters, number: int, words: str
) -> None:
    holds(report, asked, number, words)


@given(hostile(most=20_000), filters, st.integers(1, 5000), texts)
@settings(max_examples=8, suppress_health_check=list(HealthCheck))
def test_neither_do_twenty_thousand_findings_change_that(
    report: Report, asked: Filters, number: int, words: str
) -> None:
    holds(report, asked, number, words)


def holds(report: Report, asked: Filters, number: int, words: str) -> None:
    for message in every_message(report, asked, number, words):
        fits(message)
        says_nothing_of_its_own(message)
        can_be_clicked(message, report.cluster)


def fits(message: Message) -> None:
    assert message.text.strip()
    assert len(message.text) <= TEXT
    assert 0 < len(message.blocks) <= BLOCKS
    assert size(message.blocks) <= BYTES
    assert message.size <= BYTES
    assert message_problem({"text": message.text, "blocks": list(message.blocks)}) is None


def says_nothing_of_its_own(message: Message) -> None:
    for text in read_in(message):
        rest = OURS.sub(" ", text)
        assert "<" not in rest
        assert ">" not in rest
        assert text.encode()


def can_be_clicked(message: Message, cluster: str) -> None:
    every = buttons(message)
    assert len({button["action_id"] for button in every}) == len(every)
    assert sum(button.get("style") == "primary" for button in every) <= 1
    for button in every:
        said = button["value"]
        assert len(said) == VALUE_MOST or not isinstance(parse(said, [Cluster(cluster)]), Unclear)
