"""What went wrong, in a sentence, with what to do about it."""

from checks.errors import ReadinessError
from handlers.refusal import Refusal
from handlers.render.budget import message, squeezed
from handlers.render.elements import section
from handlers.render.message import Message
from handlers.render.parts import cluster_name
from handlers.render.text import cut, flat, link, prose, shorten, weight

SENTENCE_MOST = 600
HINT_MOST = 600
HINT_BYTES = 2_000
BYTES = 6_000


def error(error: ReadinessError) -> Message:
    """Return what went wrong and what to do. The hint of a refusal is mrkdwn: it names people."""
    why = flat(str(error), SENTENCE_MOST) or "no reason was given"
    if isinstance(error, Refusal):
        lines = [":no_entry: *Not allowed*", why, cut(error.hint, HINT_BYTES, weight)]
    else:
        todo = prose(shorten(error.hint, HINT_MOST))
        lines = [":warning: *Not done*", why, f"What to do: {todo}" if todo else ""]
    return message(why, [squeezed("\n".join(filter(None, lines)), BYTES)])


def crash(error_id: str) -> ReadinessError:
    """Return what is said of an error of ours, which the log has under an id."""
    sentence = "something went wrong here, not with the cluster"
    return ReadinessError(sentence, f"ask again; if it stays, the log of the bot has it under `{error_id}`")


def joined(cluster: str, link_to: str) -> Message:
    """Return where the run is told that somebody joined; `link_to` may be empty."""
    answer = link(link_to, "the answer") if link_to else "the answer"
    told = f"{cluster_name(cluster)} is being read just now; you are named in {answer}."
    return message(told, [section(told)])
