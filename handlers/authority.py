"""What an intent demands, and whether its asker may."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from checks.errors import UsageError
from handlers.desk import Desk
from handlers.intents import (
    Attest,
    Audit,
    Edit,
    Guess,
    Intent,
    Run,
    Save,
    Verb,
    Waive,
    Withdraw,
)
from handlers.refusal import Refusal
from handlers.request import Asker, Request
from handlers.schedules import rights
from handlers.schedules.intents import Plan


class Demand(NamedTuple):
    """The verb an intent needs, and on which clusters; none where it is about no cluster."""

    verb: Verb
    clusters: tuple[str, ...]


VERBS: Mapping[type[object], Verb] = {
    Run: Verb.RUN,
    Waive: Verb.WAIVE,
    Attest: Verb.ATTEST,
    Edit: Verb.WAIVE,
    Withdraw: Verb.WAIVE,
    Audit: Verb.ADMIN,
}
"""All the others only view."""


async def demand(desk: Desk, request: Request, intent: Intent) -> Demand:
    """Return what an intent demands. What is stored is looked up; there is no cluster where it is gone.

    Somebody who may view but not run is given the stored report instead (see `run`).
    """
    if isinstance(intent, Guess):
        return await demand(desk, request, intent.intent)
    if isinstance(intent, Edit | Withdraw):
        found = await desk.acceptances.find(intent.id, request.id)
        return Demand(_accepting(found.attestation), (found.cluster,)) if found else Demand(Verb.WAIVE, ())
    if isinstance(intent, rights.OfOne):
        return Demand(Verb.SCHEDULE, await rights.wanted(desk, request.id, request.asker, intent))
    verb = VERBS.get(type(intent), Verb.VIEW)
    if isinstance(intent, Save):
        verb = _accepting(intent.attestation)
    named = (getattr(intent, field, "") for field in ("cluster", "one", "other"))
    return Demand(verb, tuple(name for name in named if name))


def _accepting(attestation: bool) -> Verb:  # noqa: FBT001 - which of the two it is
    return Verb.ATTEST if attestation else Verb.WAIVE


def admit(asker: Asker) -> None:
    """Raise `Refusal` for somebody of another workspace: rules, and their absence, are about our own."""
    if asker.stranger:
        raise Refusal("only people of the workspace that I belong to may ask me", "ask one of them")


async def authorise(desk: Desk, asker: Asker, intent: Intent, wanted: Demand) -> None:
    """Raise `Refusal`, or `UsageError` for what is hidden from the asker, as if it did not exist."""
    visible = {cluster.name for cluster in await desk.access.visible(asker)}
    hidden = [cluster for cluster in wanted.clusters if cluster not in visible]
    if isinstance(intent, Edit | Withdraw) and (hidden or not wanted.clusters):
        raise no_acceptance(intent.id)
    if isinstance(intent, rights.OfOne) and intent.id:
        await _of_one(desk, asker, intent.id, hidden, wanted)
    for cluster in hidden:
        raise UsageError(f"there is no cluster {cluster}", "`/readiness list` shows those that you may see")
    if wanted.verb in (Verb.VIEW, Verb.RUN) or (isinstance(intent, Plan) and not wanted.clusters):
        return
    for cluster in wanted.clusters or ("",):
        await permit(desk, asker, wanted.verb, cluster)


async def _of_one(desk: Desk, asker: Asker, schedule_id: str, hidden: Sequence[str], wanted: Demand) -> None:
    """Raise where a schedule is not there for the asker, or is about more than they may see."""
    if len(hidden) == len(wanted.clusters):
        raise await rights.no_schedule(desk, asker, schedule_id)
    if hidden:
        sentence = f"you may not change schedules on every cluster of {schedule_id}"
        raise Refusal(sentence, await desk.access.whom_to_ask(Verb.SCHEDULE, ""))


def no_acceptance(acceptance_id: str) -> UsageError:
    """Return what is said of an acceptance that is gone, or is none of the asker's business."""
    return UsageError(
        f"there is no waiver or attestation {acceptance_id}", "`/readiness waivers` lists what there is"
    )


async def permit(desk: Desk, asker: Asker, verb: Verb, cluster: str = "") -> None:
    """Raise `Refusal` where somebody may not."""
    if not await desk.access.may(asker, verb, cluster):
        raise await refusal(desk, verb, cluster)


async def refusal(desk: Desk, verb: Verb, cluster: str) -> Refusal:
    """Return what is said to somebody who may not, with whom to ask."""
    where = f" on {cluster}" if cluster else ""
    return Refusal(f"you may not {WORDS[verb]}{where}", await desk.access.whom_to_ask(verb, cluster))


WORDS = {
    Verb.VIEW: "view reports",
    Verb.RUN: "make runs",
    Verb.WAIVE: "waive findings",
    Verb.ATTEST: "attest checks",
    Verb.SCHEDULE: "change schedules",
    Verb.ADMIN: "see the audit log",
}
