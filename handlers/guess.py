"""What is likely meant, though not for sure: it is done, and said what it was taken for."""

from handlers import accept, asking, export, helping, run
from handlers.conversation.answering import taken
from handlers.desk import Desk
from handlers.intents import Attest, Export, Guess, Help, Question, Run, Waive
from handlers.render import reply
from handlers.request import Request


async def answer(desk: Desk, request: Request, intent: Guess) -> str:
    """Tell the asker what it is taken for, offer what else it may mean, and do it."""
    meant = intent.intent
    if isinstance(meant, Question):
        return await asking.answer(desk, request, meant, doubts=intent.doubts)
    await desk.courier.tell(request.asker, reply.message(taken(intent)))
    match meant:
        case Run():
            return await run.answer(desk, request, meant)
        case Export():
            return await export.answer(desk, request, meant)
        case Waive():
            return await accept.waive(desk, request, meant)
        case Attest():
            return await accept.attest(desk, request, meant)
        case Help():
            return await helping.overview(desk, request, meant)
