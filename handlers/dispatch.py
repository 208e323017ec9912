"""From a request to its answer: understand, authorise, do, put on record. Every path comes through here."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from checks.errors import ReadinessError
from handlers import (
    accept,
    audit,
    changes,
    clusters,
    compare,
    explain,
    export,
    fix,
    helping,
    history,
    rbac,
    run,
    show,
)
from handlers.authority import Demand, admit, authorise, demand
from handlers.delivery.errors import SlackRefused
from handlers.desk import Desk
from handlers.grammar import parse, to_command
from handlers.intents import (
    Attest,
    Audit,
    Changes,
    Clusters,
    Compare,
    Edit,
    Explain,
    Export,
    Fix,
    Help,
    History,
    Intent,
    Rbac,
    Run,
    Save,
    Show,
    Unclear,
    Verb,
    Waive,
    Waivers,
    Withdraw,
)
from handlers.ports import Entry
from handlers.refusal import Refusal, Told
from handlers.render import trouble
from handlers.render.text import shorten
from handlers.request import Request

LATE = timedelta(minutes=30)
"""After so long nobody waits for an answer any more, and what was asked may be wrong by now."""
SAID_MOST = 200
"""Characters on record of words that were not understood."""
NOTHING = Demand(Verb.VIEW, ())
"""What is demanded until that is known."""

log = logging.getLogger(__name__)

Handler = Callable[[Desk, Request, Any], Awaitable[str]]
"""Returns what the audit log should know beside the words; mostly nothing."""

HANDLERS: Mapping[type, Handler] = {
    Help: helping.overview,
    Unclear: helping.unclear,
    Clusters: clusters.answer,
    Run: run.answer,
    Show: show.answer,
    Changes: changes.answer,
    Fix: fix.answer,
    Export: export.answer,
    Compare: compare.answer,
    History: history.answer,
    Explain: explain.answer,
    Rbac: rbac.answer,
    Waive: accept.waive,
    Attest: accept.attest,
    Edit: accept.edit,
    Withdraw: accept.withdraw,
    Waivers: accept.waivers,
    Save: accept.save,
    Audit: audit.answer,
}
"""One module an intent; two where they are two sides of one thing."""


async def answer(desk: Desk, request: Request) -> None:
    """Answer a request, once, unless it is too `LATE`. The asker learns what goes wrong, if Slack lets us."""
    if await _answered(desk, request):
        log.info("request %s was answered before", request.id)
        return
    if desk.now() - request.at > LATE:
        log.warning("request %s is not answered any more: it was asked at %s", request.id, request.at)
        await _mark_answered(desk, request)
        return
    async with asyncio.TaskGroup() as group:
        group.create_task(desk.courier.react(request.asker, "eyes"))
        done = await _done(desk, request)
    await desk.courier.unreact(request.asker, "eyes")
    await desk.courier.react(request.asker, "white_check_mark" if done else "warning")
    await _mark_answered(desk, request)


async def _done(desk: Desk, request: Request) -> bool:
    """Do what is asked, and put it on record; false where it was refused, or failed."""
    intent, wanted = request.intent, NOTHING
    outcome, detail = "done", ""
    error: ReadinessError | None = None
    try:
        admit(request.asker)
        intent = intent or parse(request.said, await desk.access.visible(request.asker))
        wanted = await demand(desk, request, intent)
        await authorise(desk, request.asker, intent, wanted)
        detail = await HANDLERS[type(intent)](desk, request, intent)
    except Told as told:
        outcome, detail = "failed", str(told)
    except Refusal as refusal:
        outcome, error = "refused", refusal
    except ReadinessError as failure:
        outcome, detail, error = "failed", str(failure), failure
    except Exception:
        error_id = secrets.token_hex(4)
        log.exception("request %s crashed: error %s", request.id, error_id)
        outcome, detail, error = "failed", f"error {error_id}", trouble.crash(error_id)
    await _record(desk, request, intent, wanted, outcome, detail)
    if error:
        await _tell(desk, request, error)
    return outcome == "done"


async def _answered(desk: Desk, request: Request) -> bool:
    try:
        return await desk.memory.answered(request.id)
    except ReadinessError as error:
        log.warning("whether %s was answered cannot be seen: %s", request.id, error)
        return False


async def _mark_answered(desk: Desk, request: Request) -> None:
    try:
        await desk.memory.mark_answered(request.id)
    except ReadinessError as error:
        log.warning("that %s was answered cannot be remembered: %s", request.id, error)


async def _tell(desk: Desk, request: Request, error: ReadinessError) -> None:
    """Say what went wrong; where Slack takes not even that, the log has it."""
    try:
        await desk.courier.tell(request.asker, trouble.error(error))
    except SlackRefused as refused:
        log.error("request %s: %s; and Slack refuses to tell: %s", request.id, error, refused)  # noqa: TRY400


async def _record(
    desk: Desk, request: Request, intent: Intent | None, wanted: Demand, outcome: str, detail: str
) -> None:
    """Put on record what was asked: in our words or, where it was not understood, in theirs."""
    if intent is None or isinstance(intent, Unclear):
        what = shorten(request.said, SAID_MOST)
    else:
        what = to_command(intent)
    entry = Entry(
        at=desk.now(),
        user=request.asker.user,
        channel=request.asker.channel,
        verb=wanted.verb,
        what=what,
        outcome=outcome,
        cluster=", ".join(wanted.clusters),
        detail=detail,
    )
    await desk.audit.record(entry)
