"""A question about a report: a short answer in the thread, with what to do next."""

from collections.abc import Sequence

from msgspec import structs

from handlers import run
from handlers.conversation import answering
from handlers.conversation.topic import Topic
from handlers.desk import Desk
from handlers.intents import Meant, Question, Run
from handlers.render import reply
from handlers.request import Request


async def answer(desk: Desk, request: Request, intent: Question, doubts: Sequence[Meant] = ()) -> str:
    """Answer from stored reports; make a run first of a cluster that has none.

    `doubts` are what may have been meant instead, where that is not sure.
    """
    for name in filter(None, (intent.cluster, intent.other)):
        if await desk.reports.latest(name) is None:
            # A request gets one run, however often it is delivered: each cluster has one of its own.
            own = structs.replace(request, id=f"{request.id}:{name}")
            await run.answer(desk, own, Run(name), brief=True)
    report = await desk.stored(intent.cluster, intent.run_id)
    found = await answering.reply(intent, desk.reports, desk.now(), doubts)
    asked = structs.replace(intent, run_id="")
    topic = Topic(report.cluster, report.run_id, intent.check, asked)
    outlet = await desk.show(request, reply.message(found), topic=topic)
    if found.rest:
        content = found.rest.content.encode("utf-8", "replace")
        await outlet.upload(f"answer:{request.id}:rest", found.rest.name, found.rest.title, content, "")
    return ""
