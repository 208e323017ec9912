"""`readiness ask`: questions about a cluster, in anybody's words."""

import asyncio
from collections.abc import Iterable, Sequence

from msgspec import Struct

from bot.clusters import everyone, resolve
from bot.commands import setting
from bot.commands.answers import Answered, Answers
from bot.commands.known import Known, Means
from bot.commands.options import Where
from bot.commands.typed import typed
from bot.output import as_json
from bot.output.text.reply import plain_reply, printed_reply
from checks.errors import UsageError
from handlers.conversation.naming import name as called
from handlers.intents import Attest, Export, Filters, Intent, Question, Run, Unclear, Waive


class AnswerOut(Struct, frozen=True):
    """What was understood, and the answer. `check` is empty for none; `filters` has what was said of."""

    intent: str
    check: str
    filters: dict[str, str]
    text: str


class AskedOut(AnswerOut, frozen=True):
    """The answer to the first question; `more` are those to further ones of the same sentence."""

    more: tuple[AnswerOut, ...]


def run(cluster: str, said: str, where: Where, output: str, *, seconds: float, verbose: bool) -> int:
    """Print the answers to what is asked; return 1 where that was not understood, unless it is told as JSON.

    With a context in `where`, `cluster` is the first word of the question.
    """
    name, words = (None, f"{cluster} {said}".strip()) if where.context else (cluster, said.strip())
    if not words:
        raise UsageError("nothing was asked", f'for example: readiness ask {cluster} "is it ready?"')
    own, answers = asyncio.run(_answers(name, words, where, seconds))
    if output == "json":
        setting.write(as_json.dumps(_asked(own, answers)))
        return 0
    documents = any(answer.document for answer in answers)
    setting.warn(reply.told for answer in answers if answer.document for reply in answer.replies)
    text = "\n".join(_printed(answer, verbose=verbose) for answer in answers)
    setting.write(text, encoding="utf-8" if documents else None)
    return int(any(isinstance(answer.intent, Unclear) for answer in answers))


async def _answers(
    name: str | None, said: str, where: Where, seconds: float
) -> tuple[str, Sequence[Answered]]:
    """Return the cluster that is asked about, and the answers."""
    settings = setting.settings(where)
    own = resolve(name, settings, where.kubeconfig, where.context)
    clusters = {cluster.name: cluster for cluster in (*everyone(settings, where.kubeconfig), own)}
    async with setting.store_or_none(settings) as (store, notes):
        setting.warn(notes)
        known = Known(clusters, Means(settings, store, seconds))
        config = str(where.config) if where.config else None
        return own.name, await Answers(own.name, clusters, known, config, setting.now()).of(said)


def _printed(answer: Answered, *, verbose: bool) -> str:
    if answer.document:
        return answer.document
    console = setting.console()
    printed = []
    for reply in answer.replies:
        steps = [(step.label, typed(step.intent)) for step in reply.steps]
        printed.append(printed_reply(reply, steps, console, verbose=verbose))
    return "\n".join(printed)


def _asked(own: str, answers: Sequence[Answered]) -> AskedOut:
    first, *others = [_out(own, answer) for answer in answers]
    return AskedOut(first.intent, first.check, first.filters, first.text, tuple(others))


def _out(own: str, answer: Answered) -> AnswerOut:
    intent = answer.intent
    text = answer.document or "\n\n".join(map(plain_reply, answer.replies))
    check = intent.check if isinstance(intent, Question | Waive | Attest) else ""
    said = {key: value for key, value in _said(own, intent) if value}
    return AnswerOut(called(intent), check, said, text)


def _said(own: str, intent: Intent) -> Iterable[tuple[str, str]]:
    """Yield what an intent says beside its kind and its check, as it would be typed; some of it empty."""
    if isinstance(intent, Question | Run | Waive | Attest | Export):
        yield "cluster", intent.cluster if intent.cluster != own else ""
    match intent:
        case Question():
            yield from _filters(intent.filters)
            yield from (("about", intent.about), ("since", intent.since), ("other", intent.other))
        case Run():
            yield from _filters(intent.filters)
        case Waive() | Attest():
            yield from (("until", intent.until), ("reason", intent.reason))
        case Export():
            yield "format", intent.format
        case _:
            pass


def _filters(filters: Filters) -> Iterable[tuple[str, str]]:
    yield "family", ",".join(filters.families)
    yield "severity", filters.severity or ""
    yield "status", filters.status or ""
    yield "namespace", filters.namespace
    yield "owner", filters.owner
    yield "checks", ",".join(filters.checks)
