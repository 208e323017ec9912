"""The full report as a file: in the format, with the name and in the place that were asked for."""

from dataclasses import replace
from typing import cast

import pytest

from checks.model import Report
from handlers.dispatch import answer
from handlers.intents import Format
from handlers.ports import Documents
from tests.handlers.bureau import Bureau


class Written:
    """`Documents` that say what they were asked for."""

    async def report(self, report: Report, form: Format) -> bytes:
        return f"{report.run_id} as {form}".encode()


@pytest.mark.parametrize("form", Format)
async def test_it_is_written_as_it_was_asked_for(bureau: Bureau, form: Format) -> None:
    desk = replace(bureau.desk, documents=cast("Documents", Written()))
    await answer(desk, bureau.request(f"report prod-eu format:{form}"))
    file = next(iter(bureau.office.slack.workspace.files.values()))
    assert file.name == f"readiness-r-1.{form}"
    assert file.title == f"prod-eu, 2026-11-01 12:46 UTC, as {form.upper()}"
    assert file.content == f"r-1 as {form}".encode()
    root, shared = bureau.office.seen()
    assert shared.thread_ts == root.ts
