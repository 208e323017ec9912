"""What is very long, or would break out of the answer that quotes it."""

from collections.abc import Collection
from time import process_time

import pytest

from checks.catalogue import BY_ID
from checks.nearest import nearest
from handlers.grammar import parse, to_command
from handlers.intents import Filters, Show
from handlers.language import confusion
from handlers.ports import Cluster
from tests.handlers.sayings.unclear import TWO, unclear


@pytest.mark.parametrize(
    "said",
    [
        "x" * 3_000,
        "check " + "x" * 1_900,
        "check " + "x " * 900,
        '"\\' * 900,
        "<a:" * 600,
        "a," * 900,
        "last 3 " * 200 + "x",
        "check check:" + "a" * 1_900,
        "check " + "edge " * 390,
    ],
)
def test_what_is_long_is_answered_quickly_and_quoted_shortly(said: str) -> None:
    clusters = tuple(Cluster(f"cluster-{number}-eu", (f"c{number}",), "edge") for number in range(500))
    began = process_time()
    meant = unclear(said, clusters)
    assert process_time() - began < 5
    assert len(meant.why) < 130


def test_more_words_than_a_command_has_are_not_read() -> None:
    assert unclear("check cluster-a" + " please" * 38 + " x").why.startswith("`x` means nothing")
    long = unclear("kindly look " + "a " * 40)
    assert long.why.endswith("is more words than a command has")
    assert long.meanings == ("list", "help")


def test_an_option_may_have_as_many_values_as_there_are() -> None:
    every = Filters(checks=tuple(BY_ID))
    assert parse(to_command(Show("cluster-a", every)), TWO) == Show("cluster-a", every)


def test_so_many_words_are_looked_for_among_hundreds_of_clusters(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_for: list[str] = []

    def counting(word: str, choices: Collection[str], most: int) -> list[str]:
        looked_for.extend([word] if "cluster-a" in choices else [])
        return nearest(word, choices, most)

    monkeypatch.setattr(confusion, "nearest", counting)
    unclear("check " + " ".join(f"qqq{number}zz" for number in range(38)))
    assert len(looked_for) == len(set(looked_for)) == confusion.SEARCHES


@pytest.mark.parametrize("word", ["`@here`", "a`b`c", "a\u202eb", "<!channel>", "a\x1b[31m"])
def test_a_word_that_is_quoted_cannot_break_out_of_its_quotes(word: str) -> None:
    why = unclear(f"check {word}").why
    assert why.count("`") == 2
    assert why.isprintable()
