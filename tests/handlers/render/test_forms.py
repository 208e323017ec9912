"""The forms of waivers and attestations, as they are opened."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from checks.catalogue import BY_ID
from checks.model import Report
from checks.words import last_day
from deploy.sandbox.slack.limits import view_problem
from handlers.intents import Attest, Waive
from handlers.listeners import of_form
from handlers.render import forms
from handlers.render.message import Form
from handlers.workspace import Workspace
from tests.bot.output.sample import NOW, SAMPLE
from tests.handlers.render.accepted import ASKER, ATTESTED, WAIVED, WHOLE
from tests.handlers.render.judged import anything, reports
from tests.handlers.render.opened import HUGE, PRINTS, REPORT, UNTIL, attestation, submitted, waiver
from tests.handlers.render.shown import assert_golden_text


def as_read(form: Form) -> str:
    """Return a form as somebody reads it, each menu with its options."""
    lines = [f"({form.view['title']['text']})"]
    for block in form.view["blocks"]:
        if block["type"] != "input":
            lines.append(block["text"]["text"] if "text" in block else block["elements"][0]["text"])
            continue
        element = block["element"]
        optional = " (optional)" if block["optional"] else ""
        shown = element.get("initial_value") or element.get("initial_date") or ""
        lines.append(f"\n{block['label']['text']}{optional}: {shown}".rstrip())
        for group in element.get("option_groups", []):
            lines.append(f"  {group['label']['text']}")
            lines += [_option(option, element.get("initial_option")) for option in group["options"]]
        lines += [f"  {block['hint']['text']}"] if "hint" in block else []
    submit = form.view.get("submit")
    return "\n".join(
        [*lines, "", f"[{form.view['close']['text']}]" + (f"  [{submit['text']}]" if submit else "")]
    )


def _option(option: dict[str, Any], chosen: dict[str, Any] | None) -> str:
    mark = "*" if option == chosen else "-"
    note = f" ({option['description']['text']})" if "description" in option else ""
    return f"    {mark} {option['text']['text']}{note}"


def options(form: Form) -> list[str]:
    """Return the values of the menu."""
    menu = next(block for block in form.view["blocks"] if block.get("block_id") == "what")
    return [option["value"] for group in menu["element"]["option_groups"] for option in group["options"]]


def test_what_is_asked() -> None:
    every = [
        waiver(check="readiness-probes"),
        waiver(fingerprint=PRINTS["disruption-budgets"][0]),
        attestation(check="alerting"),
        *(forms.change(it, ASKER, NOW) for it in (WAIVED, WHOLE, ATTESTED)),
    ]
    assert_golden_text("forms", "\n----\n".join(map(as_read, every)) + "\n")


def test_where_it_was_opened_is_known_when_it_is_submitted() -> None:
    view = {**waiver().view, "id": "V1", "hash": "h"}
    save = submitted(waiver())
    asker = of_form({"view": view, "user": {"id": "U2", "name": "bob"}}, save, NOW, Workspace("T1")).asker
    assert (asker.channel, asker.thread_ts, asker.response_url) == ("C1", "1.2", "https://hooks.example/r")
    assert json.loads(view["private_metadata"])["run_id"] == "r-1"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (waiver(check="alerting"), "`alerting` has no open finding on `prod-eu`"),
        (waiver(structs.replace(REPORT, results=())), "There is no open finding on `prod-eu`"),
        (waiver(SAMPLE), "There is no open finding"),
        (attestation(structs.replace(REPORT, results=())), "there is no such check"),
        (waiver(structs.replace(REPORT, cluster="x" * 3_000)), "too long for a form"),
    ],
)
def test_nothing_to_fill_in(form: Form, words: str) -> None:
    assert words in as_read(form)
    assert "submit" not in form.view
    assert view_problem(form.view) is None


def test_a_check_that_cannot_be_attested_is_named() -> None:
    told = as_read(attestation(check="node-health"))
    assert "`node-health` is neither" in told
    assert "*" not in told


def test_only_what_can_be_attested_is_offered() -> None:
    assert options(attestation()) == ["alerting", "secret-manager"]


def test_the_worst_comes_first_and_each_check_before_its_findings() -> None:
    offered = options(waiver())
    assert offered[:3] == ["node-health", f"node-health {PRINTS['node-health'][0]}", "readiness-probes"]
    assert "cluster-admins" not in offered


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ("", "19,901 findings did not fit here: `waive huge CHECK` lists those of one check."),
        ("readiness-probes", "19,901 findings did not fit here: `fix huge readiness-probes` has a button"),
    ],
)
def test_what_does_not_fit_is_counted(check: str, words: str) -> None:
    form = waiver(HUGE, check)
    assert words in as_read(form)
    assert len(options(form)) == 100
    assert view_problem(form.view) is None


def test_what_was_asked_for_is_there_however_many_there_are() -> None:
    last = HUGE.results[0].findings[-1].fingerprint
    assert submitted(waiver(HUGE, "", last)).fingerprint == last


def test_a_finding_that_is_gone_is_not_replaced_by_its_check() -> None:
    assert submitted(waiver(check="readiness-probes", fingerprint="0" * 16)).check == ""


@given(reports, st.sampled_from(["", *BY_ID]), st.booleans())
@anything
def test_any_report(report: Report, check: str, asks: bool) -> None:  # noqa: FBT001 - drawn
    open_now = [(it.id, found.fingerprint) for it in report.results for found in it.open_findings]
    wanted, fingerprint = open_now[-1] if asks and open_now else (check, "")
    for form in (waiver(report, wanted, fingerprint), attestation(report, check)):
        assert view_problem(form.view) is None
        save = submitted(form) if "submit" in form.view else None
        assert save is None or save.cluster == report.cluster
    if fingerprint and "submit" in waiver(report, wanted, fingerprint).view:
        save = submitted(waiver(report, "", fingerprint))
        assert (save.check, save.fingerprint) == (wanted, fingerprint)


@pytest.mark.parametrize(
    ("asked", "shown", "remark"),
    [
        ("", "2026-11-15", ""),
        ("2026-12-24", "2026-12-24", ""),
        ("2026-10-01", "2026-10-01", ""),  # refused when it is submitted
        ("2027-04-30", "2027-04-30", ""),
        ("2027-05-01", "2027-04-30", "You asked for 2027-05-01, which is more than 180 days ahead"),
        ("someday", "2026-11-15", ""),
    ],
)
def test_what_was_said_is_filled_in(asked: str, shown: str, remark: str) -> None:
    waive = Waive(REPORT.cluster, "readiness-probes", until=asked, reason="because <!channel>")
    attest = Attest(REPORT.cluster, until=asked, reason="because <!channel>")
    for form in (
        forms.waiver(REPORT, waive, ASKER, NOW, until=UNTIL),
        forms.attestation(REPORT, attest, ASKER, NOW, until=UNTIL),
    ):
        assert not view_problem(form.view)
        assert submitted(form).reason == "because <!channel>"
        assert last_day(submitted(form).until).isoformat() == shown
        assert (remark in as_read(form)) if remark else ("You asked for" not in as_read(form))
