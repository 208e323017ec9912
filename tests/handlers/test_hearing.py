"""What is heard where: commands, questions, and what people say to each other."""

from typing import Any

import pytest
from msgspec import structs

from checks.model import Severity
from handlers.conversation import hearing
from handlers.conversation.hearing import hear
from handlers.conversation.topic import Topic
from handlers.dispatch import answer
from handlers.grammar import to_command
from handlers.intents import (
    Changes,
    Explain,
    Export,
    Filters,
    Fix,
    Format,
    Guess,
    Help,
    History,
    Intent,
    Kind,
    Question,
    Run,
    Show,
    Unclear,
    Waive,
    Waivers,
)
from handlers.schedules.intents import Plan, Schedules
from handlers.schedules.model import Mode, Selection, Timing
from tests.bot.output.sample import SAMPLE
from tests.handlers.bureau import Bureau

PROD, RUN = SAMPLE.cluster, SAMPLE.run_id
WHY = Question(Kind.EXPLAIN, PROD, "cni")
EVERY_MORNING = Plan(Selection(("*",)), Timing("0 9 * * *"), mode=Mode.CHANGES)
GUESS = Guess(Question(Kind.FIX, PROD, "cni"), (Question(Kind.LIST, PROD, "cni"),))
QUESTION = "a question"
AT_NINE = 'schedule at:"daily 09:00 UTC"'
MENTION: dict[str, Any] = {"message_ts": "2.0", "thread_ts": "1.0"}
OVERHEARD = MENTION | {"overheard": True}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What is asked to be understood; whatever it is, it is `WHY`, but for small talk."""
    calls: list[tuple[Any, ...]] = []

    def understood(*arguments: Any) -> tuple[Intent, ...]:  # noqa: ANN401
        calls.append(arguments)
        said, topic, *_ = arguments
        if "talk" in said:
            return (Unclear(said, "", related=False),)
        if "guess" in said:
            return (GUESS,)
        return (
            Unclear(said, "in doubt", ("help",))
            if "doubt" in said
            else structs.replace(WHY, run_id=topic.run_id),
        )

    monkeypatch.setattr(hearing, "understand", understood)
    return calls


async def heard(bureau: Bureau, said: str, topic: Topic | None = None, **asker: Any) -> tuple[Intent, ...]:  # noqa: ANN401
    request = bureau.request(said, **asker)
    if topic:
        bureau.topics.known[request.asker.channel, "1.0"] = topic
    return await hear(bureau.desk, request)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("prod-eu", Run(PROD)),
        ("check prod-eu, please", Run(PROD)),
        ("show prod-eu check:cni page:2", Show(PROD, Filters(checks=("cni",)), page=2)),
        ("is it prod-eu severity:high", Run(PROD, Filters(severity=Severity.HIGH))),
        ("explain cni in prod-eu", Explain("cni", PROD)),
        ("schedule all daily 09:00 UTC only-changes", EVERY_MORNING),
        ("what is scheduled?", Schedules()),
        ("what is waived in prod-eu?", Waivers(PROD)),
        ("help", Help()),
        ("", Help()),
        ("is prod-eu ready?", WHY),
        ("can you check prod-eu again", WHY),
        ("why cni", WHY),
        ("prod-eu?", WHY),
        ("explain cni", WHY),
        (
            "schedule prod-eu small talk no-alerts only-alerts",
            Unclear(
                "schedule prod-eu small talk no-alerts only-alerts",
                "there is no cluster `small`",
                ("help schedule",),
            ),
        ),
        (
            "could you schedule a digest talk daily 9",
            Unclear("could you schedule a digest talk daily 9", "there is no cluster `talk`", (AT_NINE,)),
        ),
        ("doubt prod-eu", Unclear("doubt prod-eu", "in doubt", ("help",))),
        ("small talk", Unclear("small talk", "", related=False)),
    ],
)
@pytest.mark.usefixtures("asked")
async def test_a_mention_is_a_command_where_every_word_is_one(
    bureau: Bureau, said: str, meant: Intent
) -> None:
    bureau.ports.clusters = (PROD, "staging")
    assert await heard(bureau, said, **MENTION) == (meant,)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("fix cni", Fix(PROD, "cni")),
        ("history", History(PROD)),
        ("report format:csv", Export(PROD, format=Format.CSV)),
        ("diff since:7d", Changes(PROD, "7d")),
        ("waive cni until:2026-12-24", Waive(PROD, "cni", until="2026-12-24")),
        ("check", Run(PROD)),
        ("help", Help()),
        ("test", Question(Kind.EXPLAIN, PROD, "cni", run_id=RUN)),
        ("how do I fix it", Question(Kind.EXPLAIN, PROD, "cni", run_id=RUN)),
        ("staging?", Question(Kind.EXPLAIN, PROD, "cni", run_id=RUN)),
        ("in doubt", Unclear("in doubt", "in doubt", ("help",))),
    ],
)
@pytest.mark.usefixtures("asked")
async def test_in_a_thread_its_cluster_and_its_run_are_left_out(
    bureau: Bureau, said: str, meant: Intent
) -> None:
    bureau.ports.clusters = (PROD, "staging")
    assert await heard(bureau, said, Topic(PROD, RUN), **OVERHEARD) == (meant,)


@pytest.mark.parametrize("said", ["small talk", ""])
@pytest.mark.usefixtures("asked")
async def test_what_others_say_to_each_other_is_not_heard(bureau: Bureau, said: str) -> None:
    assert await heard(bureau, said, Topic(PROD, RUN), **OVERHEARD) == ()


async def test_nothing_is_heard_of_a_cluster_that_is_hidden(
    bureau: Bureau, asked: list[tuple[Any, ...]]
) -> None:
    assert await heard(bureau, QUESTION, Topic("secret", RUN), **OVERHEARD) == ()
    assert await heard(bureau, "check", Topic("secret", RUN), **OVERHEARD) == ()
    [unclear] = await heard(bureau, QUESTION, Topic("secret", RUN), **MENTION)
    assert isinstance(unclear, Unclear)
    assert unclear.meanings == (f"ask {PROD} {QUESTION}",)
    assert not asked
    await heard(bureau, f"{QUESTION} about {PROD}", Topic("secret", RUN), **MENTION)
    [(_, topic, *_)] = asked
    assert topic == Topic(PROD)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (QUESTION, WHY),
        ("why do pods restart in prod-eu", WHY),
        ("prod-eu severity:high", Run(PROD, Filters(severity=Severity.HIGH))),
        ("check nothing", None),
        ("why in doubt", None),
        ("fxi prod-eu", None),  # one slip from a command
        ("waive nothing", None),
        ("why does it fail page:2", None),
        ("waive it for two weeks because of the vendor", WHY),
        ("ask prod-eu a question", WHY),
        ("ask prod-eu run:20261121-1009 a question", WHY),
        ("ask prod-eu explain check:cni", WHY),
    ],
)
@pytest.mark.usefixtures("asked")
async def test_a_slash_command_is_one_before_it_is_a_question(
    bureau: Bureau, said: str, meant: Intent | None
) -> None:
    bureau.ports.clusters = (PROD, "staging")
    [intent] = await heard(bureau, said)
    assert isinstance(intent, Unclear) if meant is None else intent == meant


async def test_words_are_looked_for_among_the_names_of_the_run(
    bureau: Bureau, asked: list[tuple[Any, ...]]
) -> None:
    bureau.ports.clusters = (PROD, "staging")
    await heard(bureau, QUESTION, Topic(PROD, RUN), **MENTION)
    await heard(bureau, "a question about PROD-EU", **MENTION | {"thread_ts": "9.0"})
    await heard(bureau, QUESTION, **MENTION | {"thread_ts": "9.0"})
    assert [arguments[3] for arguments in asked] == [SAMPLE, SAMPLE, None]


async def test_a_run_that_is_no_longer_kept_is_not_asked_for(
    bureau: Bureau, asked: list[tuple[Any, ...]]
) -> None:
    assert await heard(bureau, QUESTION, Topic(PROD, "20200101-000000-0000"), **MENTION) == (WHY,)
    assert asked


async def test_without_the_store_a_conversation_has_no_memory(
    bureau: Bureau, asked: list[tuple[Any, ...]]
) -> None:
    bureau.topics.broken = True
    bureau.ports.clusters = (PROD, "staging")
    await heard(bureau, QUESTION, **MENTION)
    assert asked[0][1] == Topic()


async def test_two_questions_are_two_answers_each_once(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = (WHY, Question(Kind.FIX, PROD, "cni"))
    monkeypatch.setattr(hearing, "understand", lambda *_: two)
    asked = await bureau.office.slack.people.say("alice", "#ops", QUESTION)
    request = bureau.request(QUESTION, message_ts=asked.ts, thread_ts=asked.ts)
    await answer(bureau.desk, request)
    bureau.office.memory.forget_answers()
    await answer(bureau.desk, request)
    answers = [it for it in bureau.office.seen() if it.thread_ts == asked.ts]
    assert len(answers) == 2
    assert [what for what, _ in bureau.outcomes][:2] == [
        "ask prod-eu explain check:cni",
        "ask prod-eu fix check:cni",
    ]
    assert [*asked.reactions] == ["white_check_mark"]
    spoken = bureau.topics.known[request.asker.channel, asked.ts]
    assert (spoken.cluster, spoken.run_id, spoken.check) == (PROD, RUN, "cni")


async def test_what_is_overheard_and_not_for_us_leaves_no_trace(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "understand", lambda said, *_: (Unclear(said, "", related=False),))
    asked = await bureau.office.slack.people.say("alice", "#ops", "thanks!")
    about: dict[str, Any] = {"message_ts": asked.ts, "thread_ts": asked.ts, "overheard": True}
    await answer(bureau.desk, bureau.request("thanks!", **about))
    await answer(bureau.desk, bureau.request("check prod-eu", "T2", stranger=True, **about))
    assert (bureau.outcomes, bureau.told(), asked.reactions) == ([], "", {})
    assert bureau.office.seen() == []


@pytest.mark.parametrize(
    ("guess", "answered"),
    [
        (GUESS, False),
        (structs.replace(GUESS, share=0.39), False),
        (structs.replace(GUESS, share=0.4), True),
        # An order is done for whoever gives it to us.
        (Guess(Run(PROD), GUESS.doubts, 0.8), False),
    ],
)
async def test_a_guess_is_answered_where_we_were_asked_or_it_is_likely(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, guess: Guess, *, answered: bool
) -> None:
    monkeypatch.setattr(hearing, "understand", lambda *_: (guess,))
    topic = Topic(PROD, RUN)
    assert await heard(bureau, "a guess", topic, **MENTION) == (guess,)
    (offered,) = await heard(bureau, "a guess", topic, **OVERHEARD)
    if answered:
        assert offered == guess
    else:
        assert isinstance(offered, Unclear)
        assert offered.several
        assert offered.meanings == (to_command(guess.intent), f"ask {PROD} list check:cni")
