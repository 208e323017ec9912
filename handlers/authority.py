"""What an intent demands, and whether its asker may."""

from collections.abc import Mapping
from typing import NamedTuple

from checks.errors import UsageError
from handlers.desk import Desk
from handlers.intents import (
    Attest,
    Audit,
    Edit,
    Intent,
    Run,
    Save,
    Verb,
    Waive,
    Withdraw,
)
from handlers.refusal import Refusal
from handlers.request import Asker


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


def demand(intent: Intent) -> Demand:
    """Return what an intent demands. Of a stored acceptance, `authorise` looks the cluster up.

    Somebody who may view but not run is given the stored report instead (see `run`).
    """
    verb = VERBS.get(type(intent), Verb.VIEW)
    if isinstance(intent, Save):
        verb = Verb.ATTEST if intent.attestation else Verb.WAIVE
    named = (getattr(intent, field, "") for field in ("cluster", "one", "other"))
    return Demand(verb, tuple(name for name in named if name))


def admit(asker: Asker) -> None:
    """Raise `Refusal` for somebody of another workspace: rules, and their absence, are about our own."""
    if asker.stranger:
        raise Refusal("only people of the workspace that I belong to may ask me", "ask one of them")


async def authorise(desk: Desk, asker: Asker, intent: Intent) -> None:
    """Raise `Refusal`, or `UsageError` for what is hidden from the asker, as if it did not exist."""
    wanted = demand(intent)
    visible = {cluster.name for cluster in await desk.access.visible(asker)}
    for cluster in wanted.clusters:
        if cluster not in visible:
            raise UsageError(
                f"there is no cluster {cluster}", "`/readiness list` shows those that you may see"
            )
    if isinstance(intent, Edit | Withdraw):
        await _authorise_change(desk, asker, intent, visible)
    elif wanted.verb not in (Verb.VIEW, Verb.RUN):
        await permit(desk, asker, wanted.verb, *wanted.clusters)


async def permit(desk: Desk, asker: Asker, verb: Verb, cluster: str = "") -> None:
    """Raise `Refusal` where somebody may not."""
    if await desk.access.may(asker, verb, cluster):
        return
    where = f" on {cluster}" if cluster else ""
    raise Refusal(f"you may not {WORDS[verb]}{where}", await desk.access.whom_to_ask(verb, cluster))


WORDS = {
    Verb.VIEW: "view reports",
    Verb.RUN: "make runs",
    Verb.WAIVE: "waive findings",
    Verb.ATTEST: "attest checks",
    Verb.SCHEDULE: "change schedules",
    Verb.ADMIN: "see the audit log",
}


async def _authorise_change(desk: Desk, asker: Asker, intent: Edit | Withdraw, visible: set[str]) -> None:
    found = await desk.acceptances.find(intent.id)
    if found is None or found.cluster not in visible:
        raise UsageError(
            f"there is no waiver or attestation {intent.id}", "`/readiness waivers` lists what there is"
        )
    await permit(desk, asker, found.verb, found.cluster)
