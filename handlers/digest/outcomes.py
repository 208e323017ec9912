"""What is remembered of a digest: what it came to, and from which runs the next one counts."""

from collections.abc import Mapping, Sequence

from checks.presentation.prose import counted
from handlers.digest.choosing import Chosen
from handlers.digest.readings import Reading
from handlers.render.standing import standings
from handlers.schedules.model import Fired


def summed(readings: Sequence[Reading]) -> str:
    """Return what was read, in a sentence."""
    unread = sum(bool(it.why) for it in readings)
    stand = ", ".join(standings((it.cluster, it.last) for it in readings))
    told = f"{counted(len(readings), 'cluster')}: {stand}"
    return f"{told}; {unread} could not be read" if unread else told


def nothing(chosen: Chosen) -> str:
    """Return why there is nothing to tell of."""
    if chosen.left_out:
        return "none of its clusters is there any more, or for its maker to schedule here"
    return "it selects no cluster that is there"


def told(readings: Sequence[Reading]) -> dict[str, str]:
    """Return the runs that were told of."""
    return {it.cluster.name: it.last.run_id for it in readings if it.last}


def settled(readings: Sequence[Reading], last: Fired | None) -> dict[str, str]:
    """Return the runs from which the next digest counts, where nothing changed.

    Where one knew more of a check it is the one before: else what is new of that would never be told.
    """
    before: Mapping[str, str] = last.runs if last else {}
    knew_more = {it.cluster.name for it in readings if it.changes and it.changes.knew_more}
    return told(readings) | {name: run_id for name, run_id in before.items() if name in knew_more}
