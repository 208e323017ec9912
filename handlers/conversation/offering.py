"""What is offered where words can mean several things, or nothing here."""

from collections.abc import Sequence

from handlers.conversation.clauses import Clause
from handlers.intents import Intent, Kind, Question, Unclear
from handlers.language.confusion import quoted
from handlers.language.saying import to_command

MOST = 3
"""Meanings that are offered."""
OF_A_CHECK = (Kind.EXPLAIN, Kind.FIX, Kind.LIST, Kind.HISTORY, Kind.OWNER)
ALWAYS = (Kind.SUMMARY, Kind.LIST, Kind.CHANGES)


def unclear(
    said: str, parts: Sequence[Clause], own: str, clusters: Sequence[str], likely: Sequence[Intent] = ()
) -> Unclear:
    """Return the nearest meanings of words about the cluster `own`, or the clusters to choose from.

    `likely` are meanings that come first. People who talk to one another are offered nothing.
    """
    kinds = [Kind(clause.kind) for clause in parts if clause.strong and clause.kind in set(Kind)]
    checks = list(dict.fromkeys(mention.check for clause in parts for mention in clause.mentions))
    idle = all(clause.kind == "none" or clause.statement for clause in parts)
    asked = kinds or likely or (checks and any(clause.asked for clause in parts))
    if idle or not asked:
        return Unclear(said, f"{quoted(said)} is no question about a cluster", related=False)
    if not own:
        offered = tuple(f"ask {name} {said}" for name in clusters[:MOST])
        return Unclear(said, f"Which cluster is {quoted(said)} about?", offered, several=True)
    found: list[Intent] = [*likely]
    found += [
        Question(kind, own, check)
        for check in checks[:MOST]
        for kind in dict.fromkeys([*(kind for kind in kinds if kind in OF_A_CHECK), Kind.EXPLAIN])
    ]
    found += [Question(kind, own) for kind in (*kinds, *ALWAYS) if kind is not Kind.COMPARE]
    offered = tuple(dict.fromkeys(map(to_command, found)))[:MOST]
    return several(said, offered)


def several(said: str, meanings: Sequence[str]) -> Unclear:
    """Return words with the commands that they can mean, the likeliest first."""
    return Unclear(said, f"{quoted(said)} can mean several things", tuple(meanings), several=True)
