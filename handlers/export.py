"""`report cluster-a`: the full report as a file in the thread."""

from handlers.desk import Desk
from handlers.intents import Export, Filters, Format
from handlers.render import root
from handlers.request import Request

PRINTS = "It opens in a browser, which also prints it to PDF."


async def answer(desk: Desk, request: Request, intent: Export) -> str:
    """Upload the report in the format that was asked for, into the thread where that was."""
    report = await desk.stored(intent.cluster, intent.run_id)
    key = f"answer:{request.id}:"
    if request.asker.thread_ts:
        outlet = desk.courier.at(request.asker.channel, request.asker.thread_ts)
    else:
        outlet = await desk.show(request, root.final(report, Filters(), (), desk.now(), stored=True))
    content = await desk.documents.report(report, intent.format)
    name = f"readiness-{report.run_id}.{intent.format}"
    title = f"{report.cluster}, {report.taken_at:%Y-%m-%d %H:%M} UTC, as {intent.format.upper()}"
    comment = PRINTS if intent.format is Format.HTML else ""
    await outlet.upload(f"{key}file", name, title, content, comment)
    return name
