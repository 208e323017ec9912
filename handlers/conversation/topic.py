"""What a conversation is about so far."""

from msgspec import Struct

from handlers.intents import Question


class Topic(Struct, frozen=True, omit_defaults=True):
    """What the next question of a thread or a direct message can leave out.

    `run_id` is the run that the thread is about, `check` the check that was spoken of last, `question` the
    last question that was answered: "and in staging?" asks it again.
    """

    cluster: str = ""
    run_id: str = ""
    check: str = ""
    question: Question | None = None
