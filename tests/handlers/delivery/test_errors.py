"""The table of Slack's errors."""

import pytest

from handlers.delivery.errors import MEANINGS, Kind, SlackRefused, meaning


@pytest.mark.parametrize("code", MEANINGS)
def test_every_meaning_is_a_sentence_without_an_end(code: str) -> None:
    found = meaning(code)
    assert found.sentence
    assert not found.sentence.endswith((".", "!"))
    assert not found.hint.endswith((".", "!"))


@pytest.mark.parametrize("code", [code for code in MEANINGS if MEANINGS[code].kind in (Kind.PLACE, Kind.APP)])
def test_what_somebody_can_mend_says_how(code: str) -> None:
    assert meaning(code).hint


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        (SlackRefused("not_in_channel"), "I am not in this channel"),
        (SlackRefused("token_revoked"), "Slack refuses the token of the bot (token_revoked)"),
        (
            SlackRefused("missing_scope", "im:write"),
            "the Slack app lacks a scope: `im:write` (missing_scope)",
        ),
        (SlackRefused("brand_new"), "Slack refuses (brand_new)"),
    ],
)
def test_what_is_said(refused: SlackRefused, said: str) -> None:
    assert str(refused) == said


def test_advice_is_one_line() -> None:
    assert SlackRefused("is_archived").advice == (
        "This channel is archived: ask in another channel or in a direct message"
    )
    assert SlackRefused("message_not_found").advice == (
        "The message cannot be changed any more (message_not_found)"
    )
