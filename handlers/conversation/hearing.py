"""What somebody's words mean, there where they were said: a command, or questions in anybody's words."""

import asyncio
import logging
from collections.abc import Sequence

from msgspec import structs

from checks.errors import ReadinessError, UsageError
from checks.model import Report
from handlers.conversation.hearing_commands import is_command, is_slip, may_be_a_question, spoken
from handlers.conversation.offering import several
from handlers.conversation.topic import Topic
from handlers.conversation.understanding import understand
from handlers.desk import Desk
from handlers.grammar import OTHERWISE, parse, to_command
from handlers.intents import Ask, Guess, Help, Intent, Question, Unclear
from handlers.language.names import Visible
from handlers.language.schedule_sentences import plans
from handlers.ports import Cluster
from handlers.request import Request

PAIR = 2
MEANINGS = 3
"""What is offered where nothing is sure."""
TO_US = 0.4
"""How likely a question must be to be answered where people may talk to each other."""

log = logging.getLogger(__name__)


async def hear(desk: Desk, request: Request) -> tuple[Intent, ...]:
    """Return what is asked, in its order; nothing for words that others say to each other.

    Raises `ReadinessError`.
    """
    asker, said = request.asker, request.said
    clusters = await desk.access.visible(asker)
    command = parse(said, clusters)
    if isinstance(command, Ask):
        topic = await desk.topic(asker)
        if topic.cluster != command.cluster or command.run_id:
            topic = Topic(command.cluster, command.run_id)
        return await _understood(desk, command.said, topic, clusters)
    if asker.message_ts:
        return await _written(desk, request, command, clusters)
    if not isinstance(command, Unclear) or is_slip(command) or not may_be_a_question(said):
        return (command,)
    meant = await _understood(desk, said, Topic(), clusters)
    return (command,) if isinstance(meant[0], Unclear) and command.meanings != OTHERWISE else meant


async def _written(
    desk: Desk, request: Request, command: Intent, clusters: Sequence[Cluster]
) -> tuple[Intent, ...]:
    """Return what a message asks for, there where it was written."""
    asker, said = request.asker, request.said
    topic = await desk.topic(asker)
    hidden = topic.cluster not in ("", *(cluster.name for cluster in clusters))
    if asker.overheard and (hidden or not said or not clusters):
        return ()
    if hidden and said and isinstance(command, Unclear) and not _named(said, clusters):
        return (_which_cluster(said, clusters),)
    return await _asked(desk, request, command, Topic() if hidden else topic, clusters)


async def _asked(
    desk: Desk, request: Request, command: Intent, topic: Topic, clusters: Sequence[Cluster]
) -> tuple[Intent, ...]:
    """Return what words ask for: what is plainly a command is one, and else a question comes first."""
    narrowed = parse(request.said, [cluster for cluster in clusters if cluster.name == topic.cluster])
    commands = [it for it in (command, narrowed) if not isinstance(it, Unclear)]
    plain = (it for it in commands if is_command(request, it, topic, clusters))
    if first := next(plain, None):
        return (first,)
    understood = await _understood(desk, request.said, topic, clusters)
    # Two words, one of them misspelt, are a command, however sure the likeness of a question is.
    short = len(spoken(request.said)) <= PAIR and not isinstance(understood[0], Unclear)
    unsure = short or isinstance(understood[0], Guess)
    meant = _guessed(request, command, understood) if unsure else understood
    if not isinstance(meant[0], Unclear):
        return meant
    if isinstance(command, Unclear) and plans(request.said) and not request.asker.overheard:
        return (command,)
    if not meant[0].related:
        slip = isinstance(command, Unclear) and is_slip(command)
        return () if request.asker.overheard else (command,) if slip else meant
    if commands and not isinstance(commands[0], Help):
        return (commands[0],)
    others = command.meanings if isinstance(command, Unclear) else OTHERWISE
    return (structs.replace(meant[0], meanings=(meant[0].meanings or others)[:MEANINGS]),)


def _guessed(request: Request, command: Intent, meant: tuple[Intent, ...]) -> tuple[Intent, ...]:
    """Return what becomes of a guess: a command with one slip is likelier meant.

    People also talk to each other: what is overheard is answered where it is a likely question, and what else
    it may mean is offered.
    """
    if isinstance(command, Unclear) and is_slip(command):
        return (command,)
    guess = meant[0]
    if not isinstance(guess, Guess) or not request.asker.overheard:
        return meant
    if isinstance(guess.intent, Question) and guess.share >= TO_US:
        return meant
    return (several(request.said, [*map(to_command, (guess.intent, *guess.doubts))]),)


async def _understood(desk: Desk, said: str, topic: Topic, clusters: Sequence[Cluster]) -> tuple[Intent, ...]:
    """Return what a sentence asks for, of the run that the thread is about."""
    name = _cluster(said, topic, clusters)
    report = await _report(desk, name, topic.run_id if name == topic.cluster else "")
    if name == topic.cluster and report and report.run_id != topic.run_id:
        topic = structs.replace(topic, run_id="")  # that run is no longer kept
    topic = topic if topic.cluster else Topic(name)
    # A first date takes a second to be read: others are not to wait for that.
    meant = await asyncio.to_thread(understand, said, topic, clusters, report, desk.now())
    if not clusters and isinstance(meant[0], Unclear) and meant[0].related:
        raise UsageError("there is no cluster that you may view here", "ask whoever looks after the bot")
    return meant


def _cluster(said: str, topic: Topic, clusters: Sequence[Cluster]) -> str:
    """Return the cluster that words are about, for its names to be known; empty where that is open."""
    only = clusters[0].name if len(clusters) == 1 else ""
    return _named(said, clusters) or topic.cluster or only


def _named(said: str, clusters: Sequence[Cluster]) -> str:
    """Return the first cluster that is named; empty for none."""
    visible = Visible(clusters)
    named = map(visible.named, spoken(said))
    return next((names[0] for names in named if len(names) == 1), "")


def _which_cluster(said: str, clusters: Sequence[Cluster]) -> Unclear:
    """Return that it is open which cluster is meant: in the thread of another none is taken for granted."""
    asked = tuple(to_command(Ask(cluster.name, said)) for cluster in clusters[:MEANINGS])
    return Unclear(said, "Which cluster is that about?", asked or OTHERWISE, several=True)


async def _report(desk: Desk, cluster: str, run_id: str) -> Report | None:
    """Return the report whose names words may have; null where there is none, or nobody can look."""
    if not cluster:
        return None
    try:
        found = await desk.reports.report(cluster, run_id) if run_id else None
        return found or await desk.reports.latest(cluster)
    except ReadinessError as error:
        log.warning("the names of %s are not known: %s", cluster, error)
        return None
