"""`readiness ask`: what can be asked, and what is said to words that are not understood."""

from collections.abc import Iterator, Sequence

from bot.commands.typed import typed
from checks.model import Report
from checks.nearest import nearest
from handlers.conversation.answers.scope import failing
from handlers.conversation.answers.words import code, flat
from handlers.conversation.reply import Reply
from handlers.grammar import parse
from handlers.intents import Ask, Unclear
from handlers.ports import Cluster

MEANINGS = 3


def overview(report: Report, clusters: Sequence[Cluster]) -> Reply:
    """Return what can be asked of a cluster, by examples that work for it."""
    others = [cluster.name for cluster in clusters if cluster.name != report.cluster]
    return Reply(
        told=f"Ask about {code(report.cluster)} in your own words, for example:",
        commands=tuple(typed(Ask(report.cluster, said)) for said in examples(report, others)),
    )


def examples(report: Report, others: Sequence[str]) -> Iterator[str]:
    """Yield questions to a cluster, one of each kind; `others` are the clusters to compare it with."""
    worst = next(iter(failing(report)), None)
    yield "is it ready?"
    if worst:
        yield f"why does {worst.id} fail?"
        yield f"how do I fix {worst.id}?"
        yield "which findings are critical?"
        yield f"how long has {worst.id} been failing?"
        yield f"whose is {worst.id}?"
    yield "what changed since yesterday?"
    if others:
        yield f"compare it with {(nearest(report.cluster, others) or others)[0]}"
    if worst:
        yield f"ignore {worst.id} for two weeks because it is known"
    yield "export it as csv"
    yield "run it again"


def unclear(said: Unclear, report: Report, clusters: Sequence[Cluster]) -> Reply:
    """Say what was not understood, with the nearest meanings as they are typed, else with examples."""
    meant = dict.fromkeys(typed(parse(meaning, clusters)) for meaning in said.meanings)
    nearest_to_it = tuple(filter(None, meant))[:MEANINGS]
    if nearest_to_it:
        told = flat(said.why) if said.several else f"Not understood: {flat(said.why)}"
        return Reply(told=f"{told}. Did you mean:", commands=nearest_to_it)
    return Reply(
        told=f"{code(said.said)} was not understood. What can be asked, for example:",
        commands=overview(report, clusters).commands[:MEANINGS],
    )
