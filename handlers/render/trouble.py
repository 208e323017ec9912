"""What went wrong, in a sentence, with what to do about it."""

from msgspec import structs

from checks.errors import ReadinessError, StoreError
from handlers.grammar import to_command
from handlers.intents import Attest, Edit, Filters, Show, Waive
from handlers.refusal import Refusal
from handlers.render.budget import message, squeezed
from handlers.render.elements import VALUE_MOST, actions, section
from handlers.render.inputs import modal
from handlers.render.message import Block, Form, Message
from handlers.render.offers import offer
from handlers.render.parts import cluster_name
from handlers.render.text import code, cut, flat, link, prose, shorten, weight

SENTENCE_MOST = 600
HINT_MOST = 600
HINT_BYTES = 2_000
BYTES = 6_000


def error(error: ReadinessError) -> Message:
    """Return what went wrong and what to do."""
    return message(_why(error), _told(error))


def _why(error: ReadinessError) -> str:
    return flat(sentence(error), SENTENCE_MOST) or "no reason was given"


def _told(error: ReadinessError) -> list[Block]:
    """Return it as blocks. The hint of a refusal is mrkdwn: it names people."""
    why = _why(error)
    if isinstance(error, Refusal):
        lines = [":no_entry: *Not allowed*", why, cut(error.hint, HINT_BYTES, weight)]
    else:
        todo = prose(shorten(hint(error), HINT_MOST))
        lines = [":warning: *Not done*", why, f"What to do: {todo}" if todo else ""]
    return [squeezed("\n".join(filter(None, lines)), BYTES)]


def window(error: ReadinessError) -> Form:
    """Return the same as a window, for where there is no message to tell it in."""
    return modal("Not done", _told(error))


def sentence(error: ReadinessError) -> str:
    """Return what went wrong, for anybody: where the store is, is for the log."""
    return "the store cannot be used just now" if isinstance(error, StoreError) else str(error)


def hint(error: ReadinessError) -> str:
    """Return what to do about it, for anybody."""
    if isinstance(error, StoreError):
        return "ask again in a minute; if it stays, whoever runs the bot has to look at its store"
    return error.hint


def crash(error_id: str) -> ReadinessError:
    """Return what is said of an error of ours, which the log has under an id."""
    sentence = "something went wrong here, not with the cluster"
    return ReadinessError(sentence, f"ask again; if it stays, the log of the bot has it under `{error_id}`")


def joined(cluster: str, link_to: str, *, filters: Filters = Filters(), run_id: str = "") -> Message:  # noqa: B008 - frozen
    """Return where the run is told that somebody joined; `link_to` may be empty.

    It is told with the filters of whoever asked first: `filters` of one's own are a click away.
    """
    answer = link(link_to, "the answer") if link_to else "the answer"
    told = f"{cluster_name(cluster)} is being read just now; you are named in {answer}."
    filtered = [] if filters == Filters() else [offer("Show it filtered", Show(cluster, filters, run_id))]
    return message(told, [section(told), *([actions(*filtered)] if filtered else [])])


def _filled_in(intent: Waive | Attest | Edit) -> str:
    """Say what the form is for, and that nothing is done yet."""
    if isinstance(intent, Edit):
        return f"The form of {code(intent.id)} is ready. Nothing changes before you submit it."
    what = "Waiving" if isinstance(intent, Waive) else "Attesting"
    check = f" {code(intent.check)}" if intent.check else ""
    until = f" until {intent.until}" if intent.until else ""
    on = cluster_name(intent.cluster)
    return f"{what}{check} on {on}{until}: the form is ready. Nothing is accepted before you submit it."


def unopened(intent: Waive | Attest | Edit) -> Message:
    """Return a button for a form: Slack opens one only within three seconds of a click."""
    told = _filled_in(intent)
    while not isinstance(intent, Edit) and len(to_command(intent)) > VALUE_MOST:
        intent = structs.replace(intent, reason=intent.reason[: len(intent.reason) // 2])
    return message(told, [section(told, offer("Open the form", intent))])
