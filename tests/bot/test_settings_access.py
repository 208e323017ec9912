"""The `access:` section: what it may say, and how a mistake in it is named."""

from pathlib import Path

import pytest

from bot.settings_access import AccessRule
from handlers.intents import Verb
from tests.bot.test_settings import load, problems


def rule(text: str, folder: Path) -> AccessRule:
    (loaded,) = load(folder, f"access:\n  - {{{text}}}\n").access
    return loaded


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    text = 'verbs: [run, waive], clusters: ["prod-*", environment:prod], users: [U024BE7LH, W012A3CDE],'
    found = rule(f"{text} groups: [S0604QSJC], channels: [C024BE91L, G012345, D0123]", tmp_path)
    assert found.verbs == (Verb.RUN, Verb.WAIVE)
    assert found.clusters == ("prod-*", "environment:prod")
    assert found.users == ("U024BE7LH", "W012A3CDE")
    assert found.groups == ("S0604QSJC",)
    assert found.channels == ("C024BE91L", "G012345", "D0123")


def test_a_star_means_every_verb_and_nothing_else_is_asked_for(tmp_path: Path) -> None:
    found = rule('verbs: "*"', tmp_path)
    assert found.verbs == tuple(Verb)
    assert (found.clusters, found.users, found.groups, found.channels) == (("*",), (), (), ())


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("users: ['@ann']", "3: access.0.users.0: write the ID of the user, such as U024BE7LH, not @ann: in"),
        ("users: [u024be7lh]", "3: access.0.users.0: write the ID of the user"),
        ("users: [U1]", "3: access.0.users.0: write the ID of the user"),
        ("users: [42]", "3: access.0.users.0: write the ID of the user"),
        (
            "users: [S0604QSJC]",
            "3: access.0.users.0: S0604QSJC is the ID of a user group, and belongs into groups",
        ),
        (
            "groups: ['@sre']",
            "3: access.0.groups.0: write the ID of the user group, such as S0604QSJC, not @sre: in",
        ),
        (
            "groups: [U024BE7LH]",
            "3: access.0.groups.0: U024BE7LH is the ID of a user, and belongs into users",
        ),
        (
            "channels: ['#ops']",
            "3: access.0.channels.0: write the ID of the channel, such as C024BE91L, not #ops: in",
        ),
        (
            "channels:\n      - #ops",
            "4: access.0.channels.0: nothing stands here: # begins a comment. Write the ID",
        ),
        ("users: [@ann]", "users, groups and channels are given by their IDs, not as @name or #name"),
        ("channels: [#ops]", "users, groups and channels are given by their IDs, not as @name or #name"),
        ("clusters: [*]", 'write "*" with its quotes'),
        ("users: []", "3: access.0.users: an empty list would mean everyone"),
        ("channels: []", "3: access.0.channels: an empty list would mean everyone"),
        ("clusters: []", "3: access.0.clusters: an empty list grants nothing"),
        ("users:", "3: access.0.users: Input should be a valid list"),
        ("chanels: [C024BE91L]", "3: unknown key chanels: did you mean channels?"),
    ],
)
def test_a_mistake_is_named_with_its_line(line: str, problem: str, tmp_path: Path) -> None:
    (found,) = problems(tmp_path, f"access:\n  - verbs: [run]\n    {line}\n")
    assert problem in found


@pytest.mark.parametrize(
    ("verbs", "problem"),
    [
        ("[run, veiw]", "2: access.0.verbs.1: there is no verb veiw: did you mean view?"),
        ("[]", "2: access.0.verbs: an empty list grants nothing"),
        ("run", "2: access.0.verbs: Input should be a valid list"),
        ("*", 'write "*" with its quotes'),
    ],
)
def test_a_mistaken_verb_is_named(verbs: str, problem: str, tmp_path: Path) -> None:
    (found,) = problems(tmp_path, f"access:\n  - verbs: {verbs}\n")
    assert problem in found


def test_a_broken_file_that_names_nobody_is_not_about_names(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "clusters: [ # all of them\n")
    assert "IDs" not in found
