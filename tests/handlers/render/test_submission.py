"""What submitted forms say, and what is wrong with them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from checks.catalogue import BY_ID
from deploy.sandbox.slack.limits import view_problem
from handlers.intents import Save
from handlers.ports import Acceptance
from handlers.render import forms
from tests.bot.output.sample import NOW
from tests.handlers.render.accepted import ASKER, ATTESTED, WAIVED, WHOLE
from tests.handlers.render.judged import anything, names, texts
from tests.handlers.render.opened import ENDS, PRINTS, attestation, submitted, waiver


def test_a_new_waiver() -> None:
    reason = {"type": "plain_text_input", "value": " one is enough\n"}
    namespace = {"type": "plain_text_input", "value": "shop-*"}
    whole = submitted(waiver(check="readiness-probes"), reason=reason, namespace=namespace)
    assert whole == Save("prod-eu", "readiness-probes", "one is enough", ENDS, namespace="shop-*")
    fingerprint = PRINTS["readiness-probes"][0]
    one = submitted(waiver(fingerprint=fingerprint), reason=reason, namespace=namespace)
    assert one == Save("prod-eu", "readiness-probes", "one is enough", ENDS, fingerprint=fingerprint)


def test_a_new_attestation() -> None:
    reason = {"type": "plain_text_input", "value": "tried it"}
    link = {"type": "url_text_input", "value": "https://wiki.example.org"}
    save = submitted(attestation(check="alerting"), reason=reason, link=link)
    assert save == Save(
        "prod-eu", "alerting", "tried it", ENDS, attestation=True, link="https://wiki.example.org"
    )


@pytest.mark.parametrize("acceptance", [WAIVED, WHOLE, ATTESTED], ids=lambda it: it.id)
def test_a_form_that_changes_nothing(acceptance: Acceptance) -> None:
    form = forms.change(acceptance, ASKER, NOW)
    until = submitted(form).until
    assert until - timedelta(days=1) < acceptance.until <= until
    assert submitted(form) == saved(acceptance, until)


def saved(acceptance: Acceptance, until: datetime) -> Save:
    return Save(
        cluster=acceptance.cluster,
        check=acceptance.check,
        reason=acceptance.reason,
        until=until,
        attestation=acceptance.attestation,
        fingerprint=acceptance.fingerprint,
        namespace=acceptance.namespace,
        link=acceptance.link,
        id=acceptance.id,
    )


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"state": None, "private_metadata": ""},
        {"state": {"values": {}}, "callback_id": forms.WAIVER},
        {"state": {"values": {"what": {"what": {"type": "static_select", "selected_option": None}}}}},
        {"state": {"values": {"until": {"until": {"type": "datepicker", "selected_date": "soon"}}}}},
        {"state": {"values": {"reason": {"reason": {"type": "plain_text_input", "value": None}}}}},
    ],
)
def test_what_is_missing_is_told(view: dict[str, Any]) -> None:
    assert forms.problems(forms.read(view), NOW) == {
        "what": "Choose what is accepted",
        "reason": "Say why, for those who read it later",
        "until": "Choose a day",
    }


SAVE = Save("prod-eu", "replicas", "one is enough", ENDS)


@pytest.mark.parametrize(
    ("save", "problem"),
    [
        (SAVE, {}),
        (structs.replace(SAVE, reason="x" * 500), {}),
        (structs.replace(SAVE, reason="x" * 501), {"reason": "At most 500 characters; these are 501"}),
        (structs.replace(SAVE, reason=" \n"), {"reason": "Say why, for those who read it later"}),
        (
            structs.replace(SAVE, check="replcas"),
            {"what": "There is no check replcas: did you mean replicas?"},
        ),
        (structs.replace(SAVE, link="https://example.org"), {}),
        (
            structs.replace(SAVE, link="javascript:alert(1)"),
            {"link": "A link begins with https:// or http://"},
        ),
    ],
)
def test_what_is_wrong(save: Save, problem: dict[str, str]) -> None:
    assert forms.problems(save, NOW) == problem


@pytest.mark.parametrize(
    ("day", "problem"),
    [
        ("2026-10-31", "Choose a day after today, in UTC"),
        ("2026-11-01", "Choose a day after today, in UTC"),
        ("2026-11-02", ""),
        ("2027-04-30", ""),
        ("2027-05-01", "At most 180 days ahead: 2027-04-30 or sooner"),
        ("9999-12-31", "At most 180 days ahead: 2027-04-30 or sooner"),
    ],
)
def test_until_when(day: str, problem: str) -> None:
    until = {"type": "datepicker", "selected_date": day}
    save = structs.replace(submitted(waiver(check="node-health"), until=until), reason="it is known")
    assert forms.problems(save, NOW) == ({"until": problem} if problem else {})


def test_every_problem_belongs_to_a_field_of_the_form() -> None:
    for form in (waiver(), attestation()):
        fields = {block["block_id"] for block in form.view["blocks"] if block["type"] == "input"}
        assert {*forms.problems(submitted(form), NOW)} <= fields


changeable = st.builds(
    Acceptance,
    cluster=names,
    by=texts,
    reason=texts.map(lambda text: text[:500].strip()),
    until=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    attestation=st.booleans(),
    check=st.sampled_from([*BY_ID]),
    fingerprint=st.sampled_from(("", "0123456789abcdef")),
    subject=texts,
    id=st.just("w-7f3a9c"),
)


@given(changeable)
@anything
def test_any_acceptance_can_be_changed(acceptance: Acceptance) -> None:
    form = forms.change(acceptance, ASKER, NOW)
    assert view_problem(form.view) is None
    if "submit" in form.view:
        assert submitted(form) == saved(acceptance, submitted(form).until)
        assert "what" not in forms.problems(submitted(form), NOW)
