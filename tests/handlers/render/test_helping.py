"""How to ask."""

from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands import COMMANDS, Command
from handlers.conversation.offering import several
from handlers.grammar import parse, to_command
from handlers.intents import Run, Unclear
from handlers.ports import Cluster
from handlers.render.helping import overview, prompts, unclear
from tests.handlers.render.judged import anything, assert_safe, names, texts
from tests.handlers.render.shown import assert_message, buttons, commands, shown

CLUSTERS = [Cluster(f"cluster-{letter}") for letter in "abc"]


def test_what_one_can_ask() -> None:
    assert_message("help", overview("", CLUSTERS))


def test_many_clusters_end_in_the_list() -> None:
    message = overview("", [Cluster(f"cluster-{number}") for number in range(12)])
    assert len(buttons(message)) == 11
    assert commands(message)["All 12"] == "list"


def test_no_clusters() -> None:
    message = overview("", [])
    assert "No cluster is visible to you here." in shown(message)
    assert not buttons(message)


def test_one_command() -> None:
    assert_message("help-check", overview("check", CLUSTERS))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_by_each_of_its_names(command: Command) -> None:
    for word in (command.name, *command.aliases):
        message = overview(word.upper(), CLUSTERS)
        assert_safe(message)
        assert f"*{command.name}*" in shown(message)
        assert all(f"/readiness {example}" in shown(message) for example in command.examples)


def test_an_unknown_command() -> None:
    assert "There is no command `<frobnicate>`." in shown(overview("<frobnicate>", CLUSTERS)).replace(
        "&lt;", "<"
    ).replace("&gt;", ">")


def test_words_that_mean_nothing() -> None:
    said = parse("diff prdo", [Cluster("prod"), Cluster("staging")])
    assert isinstance(said, Unclear)
    assert_message("unclear", unclear(said, {}, CLUSTERS))


def test_words_that_mean_several_things() -> None:
    said = several("cni?", ["ask prod explain check:cni", "ask prod fix check:cni"])
    assert_message("several", unclear(said, {"ask prod fix check:cni": "How do I fix it?"}, CLUSTERS))


def test_nothing_that_may_have_been_meant() -> None:
    message = unclear(Unclear("x", "that is nothing"), {}, CLUSTERS)
    assert commands(message) == {"How to ask": "help"}
    assert "Did you mean" not in shown(message)


def test_a_meaning_is_offered_once() -> None:
    message = unclear(Unclear("x", "no", ("list", "list", "help")), {"list": "Which are there?"}, CLUSTERS)
    assert commands(message) == {"Which are there?": "list", "help": "help"}


def test_what_is_said_to_others_is_answered_with_examples() -> None:
    message = unclear(Unclear("thanks", "", ("list",), related=False), {}, CLUSTERS)
    assert "• which pods restart in cluster-a?" in shown(message)
    assert commands(message) == {"How to ask": "help"}


@pytest.mark.parametrize("number", [0, 1, 2, 20])
def test_a_conversation_begins_with_a_few_questions_about_clusters_that_are_seen(number: int) -> None:
    offered = prompts([Cluster(f"{letter}-{'x' * 80}") for letter in ascii_lowercase[:number]])
    assert 1 <= len(offered) <= 4
    assert all(0 < len(prompt.title) <= 75 for prompt in offered)
    assert sum("a-xxx" in prompt.message for prompt in offered) == {0: 0, 1: 4}.get(number, 3)


@given(texts, st.lists(names, max_size=15, unique=True))
@anything
def test_any_help(topic: str, called: list[str]) -> None:
    assert_safe(overview(topic, [Cluster(name) for name in called]), *called)


@given(texts, texts, st.lists(names, max_size=9))
@anything
def test_anything_unclear(said: str, why: str, called: list[str]) -> None:
    meanings = tuple(to_command(Run(name)) for name in called)
    clusters = [Cluster(name) for name in called]
    for related in (True, False):
        found = Unclear(said, why, meanings, related)
        assert_safe(unclear(found, dict.fromkeys(meanings, said), clusters), *called, said)
