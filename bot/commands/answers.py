"""`readiness ask`: from words to intents, and from intents to answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot import settings as configuration
from bot.clusters import Cluster
from bot.commands.accepting import accepting
from bot.commands.guidance import overview, unclear
from bot.commands.known import Known
from bot.output.formats import render
from bot.output.view import Options
from bot.version import VERSION
from checks.catalogue import BY_ID
from handlers import ports
from handlers.charts import DAYS
from handlers.conversation.answering import reply, taken
from handlers.conversation.reply import Reply
from handlers.conversation.topic import Topic
from handlers.conversation.understanding import understand
from handlers.grammar import parse, to_command
from handlers.intents import Ask, Attest, Export, Guess, Intent, Kind, Meant, Question, Run, Unclear, Waive

CONFIGURATION = "readiness.yaml"


class Answered(NamedTuple):
    """What was understood, and its answer: in a few lines, or a whole document."""

    intent: Intent
    replies: tuple[Reply, ...] = ()
    document: str = ""


class Answers:
    """Answers questions about one cluster, `own`; others may be named in them."""

    def __init__(
        self, own: str, clusters: Mapping[str, Cluster], known: Known, config: str | None, now: datetime
    ) -> None:
        self._own = own
        self._visible = [ports.Cluster(it.name, it.aliases, it.environment) for it in clusters.values()]
        self._known = known
        self._config = config
        self._now = now

    async def of(self, said: str) -> list[Answered]:
        """Answer everything that a sentence asks."""
        intents = await self._understood(said)
        return [await (self._guessed(it) if isinstance(it, Guess) else self._answer(it)) for it in intents]

    async def _understood(self, said: str) -> tuple[Intent, ...]:
        """Return what is meant: a question as a button would put it, or one in anybody's words."""
        canonical = parse(to_command(Ask(self._own, said)), self._visible)
        if isinstance(canonical, Question):
            return (canonical,)
        report = await self._known.ensure(self._own)
        return understand(said, Topic(self._own), self._visible, report, self._now)

    async def _answer(self, intent: Intent) -> Answered:
        match intent:
            case Question():
                return Answered(intent, (await self._reply(intent),))
            case Run():
                return Answered(intent, await self._rerun(intent))
            case Waive() | Attest():
                report = await self._known.ensure(intent.cluster)
                file = str(configuration.find_file(self._config) or CONFIGURATION)
                return Answered(intent, (accepting(intent, report, file, self._now),))
            case Export():
                return Answered(intent, document=await self._document(intent))
            case Unclear():
                report = await self._known.ensure(self._own)
                return Answered(intent, (unclear(intent, report, self._visible),))
            case _:
                report = await self._known.ensure(self._own)
                return Answered(intent, (overview(report, self._visible),))

    async def _guessed(self, guess: Guess) -> Answered:
        if isinstance(guess.intent, Question):
            return Answered(guess.intent, (await self._reply(guess.intent, guess.doubts),))
        done = await self._answer(guess.intent)
        return done._replace(replies=(taken(guess), *done.replies))

    async def _reply(self, question: Question, doubts: Sequence[Meant] = ()) -> Reply:
        for cluster in filter(None, (question.cluster, question.other)):
            await self._known.ensure(cluster)
        return await reply(question, self._known, self._now, doubts)

    async def _rerun(self, intent: Run) -> tuple[Reply, ...]:
        """Make a run, and tell what it found and what that changes."""
        await self._known.run(intent.cluster)
        kinds = (Kind.SUMMARY, Kind.CHANGES)
        return tuple(
            [await self._reply(Question(kind, intent.cluster, filters=intent.filters)) for kind in kinds]
        )

    async def _document(self, intent: Export) -> str:
        report = await self._known.ensure(intent.cluster)
        history = await self._known.history(intent.cluster, since=self._now - timedelta(days=DAYS))
        options = Options(now=self._now, checks=BY_ID, version=VERSION, history=history)
        return render(intent.format, report, options)
