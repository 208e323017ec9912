"""What holds of every answer, whatever a cluster or a person wrote."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from bot.output.text.reply import plain_reply, printed_reply
from checks.catalogue import BY_ID
from checks.model import Report, Severity
from handlers.conversation.answering import reply
from handlers.conversation.reply import Reply
from handlers.grammar import parse, to_command
from handlers.intents import Filters, Kind, Question, Unclear
from handlers.ports import Cluster
from handlers.render.reply import message
from tests.handlers.conversation.answers.shelf import Shelf
from tests.handlers.render.judged import NOW, anything, assert_safe, names, reports, texts

filters = st.builds(
    Filters,
    severity=st.none() | st.sampled_from(Severity),
    namespace=st.sampled_from(("", "shop")),
    owner=st.just("") | names,
)
questions = st.builds(
    Question,
    kind=st.sampled_from(Kind),
    cluster=st.just(""),
    check=st.just("") | st.sampled_from([*BY_ID]),
    filters=filters,
    about=st.just("") | texts,
    since=st.sampled_from(("", "7d", "2026-11-01", "5000w")),
)


async def answered(question: Question, report: Report, now: datetime) -> tuple[Reply, list[str]]:
    """Answer a question about a report and an older one of its cluster; return the names of all clusters."""
    earlier = structs.replace(
        report, taken_at=report.taken_at - timedelta(days=2), run_id="20261101-101010-0000"
    )
    other = structs.replace(report, cluster=f"{report.cluster} too", results=report.results[1:])
    asked = structs.replace(question, cluster=report.cluster, other=other.cluster)
    return await reply(asked, Shelf(report, earlier, other), now), [report.cluster, other.cluster]


@given(reports, questions, st.sampled_from((timedelta(hours=1), timedelta(days=400))))
@anything
async def test_slack_takes_every_answer_and_nobody_can_write_into_it(
    report: Report, question: Question, age: timedelta
) -> None:
    made, clusters = await answered(question, report, report.taken_at + age)
    assert_safe(message(made), *clusters)


@given(reports, questions)
@anything
async def test_every_answer_is_short_and_can_be_printed(report: Report, question: Question) -> None:
    made, clusters = await answered(question, report, report.taken_at + timedelta(hours=1))
    assert made.told.strip()
    assert len(made.points) <= 6
    assert len(made.steps) <= 5
    for text in (
        plain_reply(made),
        printed_reply(made, [(step.label, to_command(step.intent)) for step in made.steps]),
    ):
        assert {char for char in text if not char.isprintable()} <= {"\n"}
        text.encode()
    for step in made.steps:
        said = to_command(step.intent)
        meant = parse(said, [Cluster(name) for name in clusters])
        assert len(said) > 2_000 or not isinstance(meant, Unclear)


@given(reports, questions)
@anything
async def test_a_question_goes_through_its_command_unchanged(report: Report, question: Question) -> None:
    made, clusters = await answered(question, report, NOW)
    for step in made.steps:
        said = to_command(step.intent)
        if not isinstance(step.intent, Question) or step.intent.check not in ("", *BY_ID):
            continue  # a check that is no longer known is asked about in words
        if len(said) <= 2_000:
            assert parse(said, [Cluster(name) for name in clusters]) == step.intent
