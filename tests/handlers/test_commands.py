"""The table of commands."""

import re
from collections import Counter

import pytest

from handlers.commands import BY_WORD, COMMANDS, Command
from handlers.grammar import parse, to_command
from handlers.intents import Unclear, Verb
from handlers.ports import Cluster

CLUSTERS = (Cluster("cluster-a"), Cluster("cluster-b"))


def test_no_word_is_two_commands() -> None:
    words = Counter(word for command in COMMANDS for word in (command.name, *command.aliases))
    assert not [word for word, times in words.items() if times > 1]
    assert words.keys() == BY_WORD.keys()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_is_described(command: Command) -> None:
    assert command.usage.split()[0] == command.name
    assert re.fullmatch(r"[A-Z][^\n]+\.", command.summary)
    assert 2 <= len(command.examples) <= 3


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_examples_can_be_typed_as_they_stand(command: Command) -> None:
    for example in command.examples:
        meant = parse(example, CLUSTERS)
        assert not isinstance(meant, Unclear), meant
        assert to_command(meant).split()[0] == command.name


def test_each_verb_is_of_some_command() -> None:
    assert {command.verb for command in COMMANDS} == {*Verb}
