"""From a request to its answer: understand, authorise, do, put on record. Every path comes through here."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from msgspec import structs

from checks.errors import ReadinessError
from handlers.authority import Demand, admit, authorise, demand
from handlers.conversation.hearing import hear
from handlers.delivery.errors import FormExpired, SlackRefused
from handlers.desk import Desk
from handlers.grammar import to_command
from handlers.intents import Home, Intent, Unclear, Verb, Welcome
from handlers.modules import HANDLERS
from handlers.ports import Entry
from handlers.refusal import Refusal, Told
from handlers.render import trouble
from handlers.render.text import shorten
from handlers.request import Asker, Request

LATE = timedelta(minutes=30)
"""After so long nobody waits for an answer any more, and what was asked may be wrong by now."""
SAID_MOST = 200
"""Characters on record of words that were not understood."""
NOTHING = Demand(Verb.VIEW, ())
"""What is demanded until that is known."""

UNASKED = (Home, Welcome)
"""What somebody gets who opens the app and asks nothing: no line of the audit log, no word of a failure."""
READING = "is reading the report…"

log = logging.getLogger(__name__)


class Part(NamedTuple):
    """One thing that is asked, with an id of its own where it is one of several; or why that is not known."""

    request: Request
    intent: Intent | None
    error: Exception | None = None

    @property
    def is_talk(self) -> bool:
        """Whether nothing is asked: that is neither done nor not done."""
        return isinstance(self.intent, Unclear) and not self.intent.related

    def wanted(self) -> Intent:
        """Return what is asked. Raises what came in the way of knowing it."""
        if self.intent is None:
            raise self.error or AssertionError("nobody asked for anything")
        return self.intent


async def answer(desk: Desk, request: Request) -> None:
    """Answer a request, once, unless it is too `LATE`. The asker learns what goes wrong, if Slack lets us."""
    if await _answered(desk, request):
        log.info("request %s was answered before", request.id)
        return
    if desk.now() - request.at > LATE:
        log.warning("request %s is not answered any more: it was asked at %s", request.id, request.at)
        await _mark_answered(desk, request)
        return
    if parts := await _parts(desk, request):
        async with asyncio.TaskGroup() as group:
            group.create_task(desk.courier.react(request.asker, "eyes"))
            group.create_task(desk.courier.status(request.asker, READING))
            done = [await _once(desk, part, request) for part in parts]
        await desk.courier.status(request.asker, "")
        await desk.courier.unreact(request.asker, "eyes")
        if not parts[0].is_talk:
            await desk.courier.react(request.asker, "white_check_mark" if all(done) else "warning")
    await _mark_answered(desk, request)


async def _parts(desk: Desk, request: Request) -> Sequence[Part]:
    """Return what is asked, one by one; nothing for what was overheard and is not for us."""
    if request.intent or request.asker.stranger:
        return () if request.asker.overheard else (Part(request, request.intent),)
    try:
        intents = await hear(desk, request)
    except Exception as error:  # noqa: BLE001 - told, and put on record, where it is answered
        return (Part(request, None, error),)
    if len(intents) == 1:
        return (Part(request, intents[0]),)
    ids = (f"{request.id}/{number}" for number in range(1, len(intents) + 1))
    return [
        Part(structs.replace(request, id=ident), intent) for ident, intent in zip(ids, intents, strict=True)
    ]


async def _once(desk: Desk, part: Part, whole: Request) -> bool:
    """Do one of several things that are asked, unless it was done before all of them were."""
    several = part.request.id != whole.id
    if several and await _answered(desk, part.request):
        return True
    done = await _done(desk, part)
    if several:
        await _mark_answered(desk, part.request)
    return done


async def _done(desk: Desk, part: Part) -> bool:
    """Do what is asked, and put it on record; false where it was refused, or failed."""
    request, intent, wanted = part.request, part.intent, NOTHING
    outcome, detail = "done", ""
    error: ReadinessError | None = None
    try:
        admit(request.asker)
        intent = part.wanted()
        wanted = await demand(desk, request, intent)
        await authorise(desk, request.asker, intent, wanted)
        request = await _placed(desk, request, intent)
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
    if request.intent and isinstance(intent, UNASKED):
        log.info("%s: %s %s", type(intent).__name__, outcome, detail)
        return outcome == "done"
    await _record(desk, request, intent, wanted, outcome, detail)
    if error:
        await _tell(desk, request, error)
    return outcome == "done"


async def _placed(desk: Desk, request: Request, intent: Intent) -> Request:
    """Return a request from the Home tab as one from the direct messages, where its answer goes."""
    if request.asker.channel or isinstance(intent, UNASKED):
        return request
    channel = await desk.courier.direct(request.asker)
    return structs.replace(request, asker=structs.replace(request.asker, channel=channel))


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
        await _say(desk, request.asker, error)
    except (SlackRefused, FormExpired) as refused:
        log.error("request %s: %s; and Slack refuses to tell: %s", request.id, error, refused)  # noqa: TRY400


async def _say(desk: Desk, asker: Asker, error: ReadinessError) -> None:
    """Tell an error; in a window where a click in the Home tab leads to no message."""
    try:
        await desk.courier.tell(asker, trouble.error(error))
    except SlackRefused:
        if asker.channel:
            raise
        await desk.courier.form(asker, trouble.window(error))


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
