"""Help, and what is said to words that mean nothing here."""

from collections.abc import Iterator, Sequence

from handlers.conversation.phrases import spoken
from handlers.desk import Desk
from handlers.grammar import parse
from handlers.intents import Ask, Help, Meant, Question, Unclear
from handlers.ports import Cluster
from handlers.refusal import Told
from handlers.render import helping
from handlers.request import Request


async def overview(desk: Desk, request: Request, intent: Help) -> str:
    """Show how to ask, with the clusters as buttons; or one command by its examples."""
    visible = await desk.access.visible(request.asker)
    await desk.courier.tell(request.asker, helping.overview(intent.topic, visible))
    return ""


async def unclear(desk: Desk, request: Request, intent: Unclear) -> str:
    """Say what was not understood, with the nearest meanings as buttons. Raises `Told`.

    Where nothing was asked, that is no failure: examples say what can be.
    """
    visible = await desk.access.visible(request.asker)
    labels = dict(_labels(intent.meanings, visible))
    await desk.courier.tell(request.asker, helping.unclear(intent, labels, visible))
    if not intent.related:
        return "nothing was asked"
    raise Told("not understood")


def _labels(meanings: Sequence[str], clusters: Sequence[Cluster]) -> Iterator[tuple[str, str]]:
    """Yield meanings with how a person would say them: what is nearest to a command stays one."""
    meant = {meaning: parse(meaning, clusters) for meaning in meanings}
    if any(isinstance(intent, Question | Ask) for intent in meant.values()):
        yield from ((meaning, spoken(it)) for meaning, it in meant.items() if isinstance(it, Meant | Ask))
