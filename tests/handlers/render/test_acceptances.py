"""What is waived and attested, and what becomes of it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from handlers.intents import Verb, Waivers
from handlers.ports import Acceptance
from handlers.render import acceptances
from handlers.request import Asker
from tests.bot.output.sample import NOW
from tests.bot.output.strategies import moments
from tests.handlers.render.accepted import ASKER, ATTESTED, CONFIGURED, WAIVED
from tests.handlers.render.judged import anything, assert_safe, names, texts
from tests.handlers.render.shown import assert_golden_text, assert_message, buttons, commands, shown

ALL = Waivers()
RIGHTS = {("prod-eu", Verb.WAIVE), ("prod-eu", Verb.ATTEST)}

drawn = st.builds(
    Acceptance,
    cluster=names,
    by=texts,
    reason=texts,
    until=moments,
    attestation=st.booleans(),
    check=st.sampled_from(("replicas", "image-tags", "")) | texts,
    fingerprint=st.sampled_from(("", "0123456789abcdef")),
    subject=texts,
    namespace=texts,
    name=texts,
    link=st.sampled_from(("", "https://", "javascript:")).flatmap(lambda head: texts.map(head.__add__)),
    id=st.from_regex(r"[wa]-[0-9a-f]{6}", fullmatch=True),
    user=st.sampled_from(("", "U1")) | texts,
)


def test_what_is_accepted() -> None:
    held = {"prod-eu": [CONFIGURED, WAIVED, ATTESTED], "staging": [], "test": [CONFIGURED]}
    assert_message("waivers", acceptances.listing(held, RIGHTS, ALL, NOW))


def test_only_who_may_is_offered_changes() -> None:
    assert not buttons(acceptances.listing({"prod-eu": [WAIVED]}, set(), ALL, NOW))
    assert not buttons(acceptances.listing({"prod-eu": [WAIVED]}, {("prod-eu", Verb.ATTEST)}, ALL, NOW))


@pytest.mark.parametrize(
    ("held", "words"),
    [({}, "on any cluster"), ({"a": []}, "on `a`."), ({"a": [], "b": []}, "on any cluster")],
)
def test_nothing_is_accepted(held: dict[str, list[Acceptance]], words: str) -> None:
    assert f"Nothing is waived or attested {words}" in shown(acceptances.listing(held, set(), ALL, NOW))


def test_of_many_each_is_on_some_page_with_its_buttons() -> None:
    many = [structs.replace(WAIVED, id=f"w-{number:06}") for number in range(25)]
    pages = [
        acceptances.listing({"prod-eu": many}, RIGHTS, Waivers("prod-eu", page), NOW) for page in (1, 2, 3)
    ]
    told = "".join(map(shown, pages))
    assert all(f"id `{acceptance.id}`" in told for acceptance in many)
    assert [len(buttons(page)) for page in pages] == [2 * 10 + 1, 2 * 10 + 2, 2 * 5 + 1]
    assert "11 to 20 of 25 acceptances" in shown(pages[1])
    assert {"Previous": "waivers prod-eu", "Next": "waivers prod-eu page:3"}.items() <= commands(
        pages[1]
    ).items()
    assert all("`prod-eu`" in shown(page) for page in pages)


def test_what_became_of_one() -> None:
    messages = [
        acceptances.saved(WAIVED, NOW, changed=False),
        acceptances.saved(ATTESTED, NOW, changed=True),
        acceptances.withdrawn(WAIVED, ASKER, NOW),
        acceptances.withdrawn(ATTESTED, ASKER, NOW),
        acceptances.ended(structs.replace(CONFIGURED, cluster="prod-eu", user="U1")),
        acceptances.ended(ATTESTED),
    ]
    assert_golden_text("accepted", shown(*messages))


def test_what_ended_can_be_accepted_again() -> None:
    assert commands(acceptances.ended(WAIVED)) == {
        "Waive again": "waive prod-eu replicas finding:0123456789abcdef",
        "Check now": "check prod-eu",
    }
    assert commands(acceptances.ended(ATTESTED))["Attest again"] == "attest prod-eu control-plane-backup"


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (datetime(2026, 11, 2, tzinfo=UTC), "until 2026-11-01 (ends today)"),
        (datetime(2026, 11, 2, 0, 1, tzinfo=UTC), "until 2026-11-02 (1 day left)"),
        (datetime(2026, 11, 15, tzinfo=UTC), "until 2026-11-14 (13 days left)"),
        (datetime(2026, 11, 1, tzinfo=UTC), "until 2026-10-31 (has ended)"),
        (datetime.max.replace(tzinfo=UTC), "until 9999-12-31 (2,912,138 days left)"),
    ],
)
def test_the_end_is_the_last_day(until: datetime, words: str) -> None:
    told = shown(acceptances.saved(structs.replace(WAIVED, until=until), NOW, changed=False))
    assert words in told


@given(
    st.lists(drawn, max_size=40, unique_by=lambda it: it.id), st.lists(drawn, max_size=5), st.integers(1, 5)
)
@anything
def test_any_list(made: list[Acceptance], configured: list[Acceptance], page: int) -> None:
    held: dict[str, list[Acceptance]] = {}
    for acceptance in [*made, *(structs.replace(it, id="") for it in configured)]:
        held.setdefault(acceptance.cluster, []).append(acceptance)
    rights = {(name, verb) for name in held for verb in Verb}
    assert_safe(acceptances.listing(held, rights, Waivers(page=page), NOW), *held)


@given(drawn)
@anything
def test_any_change(acceptance: Acceptance) -> None:
    acceptance = structs.replace(acceptance, id="w-7f3a9c", check="replicas")
    for message in (
        acceptances.saved(acceptance, NOW, changed=True),
        acceptances.withdrawn(acceptance, Asker("U1", "C1"), NOW),
        acceptances.ended(acceptance),
    ):
        assert_safe(message, acceptance.cluster)
