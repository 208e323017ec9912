"""From a request to its answer: understand, authorise, do, put on record. Every path comes through here."""

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
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
from handlers.authority import admit, authorise, demand
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
    Waive,
    Waivers,
    Withdraw,
)
from handlers.ports import Entry
from handlers.refusal import Refusal
from handlers.render import trouble
from handlers.request import Request

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
    """Answer a request, once. Whatever goes wrong is told to the asker, as far as Slack lets us."""
    if await _answered(desk, request):
        return
    await desk.courier.react(request.asker, "eyes")
    intent = None
    try:
        admit(request.asker)
        intent = request.intent or parse(request.said, await desk.access.visible(request.asker))
        await authorise(desk, request.asker, intent)
        detail = await HANDLERS[type(intent)](desk, request, intent)
        await _record(desk, request, intent, "done", detail)
    except Refusal as refusal:
        await _record(desk, request, intent, "refused")
        await _tell(desk, request, refusal)
    except ReadinessError as error:
        await _record(desk, request, intent, "failed", str(error))
        await _tell(desk, request, error)
    except Exception:
        error_id = secrets.token_hex(4)
        log.exception("request %s crashed: error %s", request.id, error_id)
        await _record(desk, request, intent, "failed", f"error {error_id}")
        await _tell(desk, request, trouble.crash(error_id))
    await desk.courier.unreact(request.asker, "eyes")
    await desk.courier.react(request.asker, "white_check_mark")
    await _mark_answered(desk, request)


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
    desk: Desk, request: Request, intent: Intent | None, outcome: str, detail: str = ""
) -> None:
    """Put on record what is more than a question about the commands themselves."""
    if intent is None or isinstance(intent, Help | Unclear):
        return
    wanted = demand(intent)
    entry = Entry(
        at=desk.now(),
        user=request.asker.user,
        channel=request.asker.channel,
        verb=wanted.verb,
        what=to_command(intent),
        outcome=outcome,
        cluster=", ".join(wanted.clusters),
        detail=detail,
    )
    await desk.audit.record(entry)
