"""A short answer, whoever shows it: Slack or a terminal."""

from msgspec import Struct

from handlers.charts import Chart
from handlers.intents import Intent


class Step(Struct, frozen=True):
    """Something to do next: a button, or what to type."""

    label: str
    intent: Intent


class Rest(Struct, frozen=True):
    """What a short answer leaves out, as a text file."""

    name: str
    title: str
    content: str


class Reply(Struct, frozen=True, kw_only=True):
    """An answer in a few lines.

    All of it is prose in the grammar of `checks.presentation.prose`: a cluster's names are between backticks.
    `told` is the answer itself, one to three sentences. `points` quote what it rests on, a line each; `left`
    says how many of them there is no room for ("and 12 more findings"), empty for none. `commands` are to be
    copied, one each. `note` tells how old the report is, and of what could not be read. `steps` are at most
    five, the likeliest first. `rest` holds what would make it long.
    """

    told: str
    points: tuple[str, ...] = ()
    left: str = ""
    commands: tuple[str, ...] = ()
    note: str = ""
    steps: tuple[Step, ...] = ()
    chart: Chart | None = None
    rest: Rest | None = None
