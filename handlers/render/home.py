"""The Home tab: the clusters of somebody, the worst first, and what they may want to do about them.

Ages are Slack's to tell, so that a tab stays true while it is open, and is the same until something happened.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from checks.errors import ReadinessError
from checks.presentation.grouping import headline
from checks.presentation.prose import counted
from checks.summary import Summary
from handlers.grammar import to_command
from handlers.intents import Changes, Edit, Help, Home, Kind, Question, Run, Show, Waivers
from handlers.ports import Acceptance, Cluster, Viewer
from handlers.render import budget, trouble
from handlers.render.acceptances import listed
from handlers.render.budget import TAB_BYTES, Row, lines
from handlers.render.elements import actions, context, divider, section, select
from handlers.render.inputs import OPTIONS_MOST, VALUE_MOST, option
from handlers.render.message import Block, Message, Tab
from handlers.render.offers import offer
from handlers.render.paging import Page, turn
from handlers.render.parts import VERDICT_MARKS, cluster_name, enumerated, more
from handlers.render.schedules import Upcoming, section_of
from handlers.render.standing import NONE_VISIBLE, Newest, Way, gravity, sparkline, standings
from handlers.render.text import age, escape, prose, shorten, when

CLUSTERS = 20
"""Of one page."""
ENDING, ENDING_BYTES = 5, 15_000
NAMED = 3
"""Clusters that an acceptance is shown to be about."""
SOON = timedelta(days=14)
"""What ends within that time is shown."""
STALE = timedelta(hours=24)
ENVIRONMENT_MOST = 40
MENU_BYTES = 10_000
NOWHERE = Way(0)
EVERYWHERE = "All environments"
BLOCK_ID_MOST = 255
NONE_UPCOMING = Upcoming()


def page(rows: Sequence[Newest], viewer: Viewer) -> Page[Newest]:
    """Return the clusters that somebody is shown of all that they may view, the worst first."""
    return turn(sorted(_chosen(rows, viewer.environment), key=gravity), viewer.page, CLUSTERS)


def tab(
    rows: Sequence[Newest],
    ways: Mapping[str, Way],
    held: Sequence[Acceptance],
    viewer: Viewer,
    now: datetime,
    upcoming: Upcoming = NONE_UPCOMING,
) -> Tab:
    """Return what somebody sees.

    `rows` are all clusters that they may view, `ways` those of what is on their `page`, by name, `held` what
    is accepted, the first to end first, `upcoming` what is scheduled.
    """
    shown = page(rows, viewer)
    names = [cluster.name for cluster, _ in _chosen(rows, viewer.environment)]
    head = [section(_heading(rows, shown, viewer)), *_choices(rows, shown, viewer)]
    tail = [*section_of(upcoming), *_ending(names, held, now), divider(), *_help(shown)]
    dated = context(f"As of {when(now)}. It renews itself when a run ends.")
    listing = [_row(cluster, last, ways.get(cluster.name, NOWHERE), now) for cluster, last in shown.shown]
    made = lines(listing, head, tail, [dated], most=TAB_BYTES)
    return budget.tab([*head, *made, *tail], dated)


def failed(error: ReadinessError, now: datetime) -> Tab:
    """Return what is seen where the clusters cannot be shown."""
    told = section(f":warning: *Your clusters cannot be shown*\n{prose(trouble.sentence(error))}")
    return budget.tab([told, actions(offer("Try again", Home()))], context(f"As of {when(now)}."))


def done() -> Message:
    """Return what is said to somebody who asked for it in words."""
    told = "Your Home tab is up to date. It is beside the messages when you open this app."
    return budget.message(told, [section(told)])


def _chosen(rows: Sequence[Newest], environment: str) -> list[Newest]:
    wanted = _plain(environment)
    return [row for row in rows if wanted in ("", _plain(row[0].environment))]


def _plain(environment: str) -> str:
    """Return what makes it the same one for whoever types it."""
    return environment.strip().casefold()


def _heading(rows: Sequence[Newest], shown: Page[Newest], viewer: Viewer) -> str:
    if not rows:
        return f"*Clusters*\n{NONE_VISIBLE}"
    if not shown.total:
        return f"*Clusters*\nYou may view none in {_environment(viewer.environment)}."
    told = [", ".join(standings(_chosen(rows, viewer.environment)))]
    if shown.last > 1:
        told.append(shown.span("cluster"))
    if all(last is None for _, last in rows):
        told.append(
            "None of them was checked yet. `Check now` reads one without changing anything in it;"
            " the verdict comes as a direct message, and stays here."
        )
    return "*Clusters*  " + "\n".join(told)


def _choices(rows: Sequence[Newest], shown: Page[Newest], viewer: Viewer) -> Iterator[Block]:
    """Yield the environments to choose from, where there are several, and the pages."""
    known = {_plain(cluster.environment): cluster.environment.strip() for cluster, _ in rows}
    named = sorted(filter(None, known.values()))
    choices = [option(name or EVERYWHERE, to_command(Home(name))) for name in ("", *named)]
    sizes = accumulate(budget.size([choice]) for choice in choices)
    offered = [
        choice
        for choice, so_far in zip(choices, sizes, strict=True)
        if len(choice["value"]) <= VALUE_MOST and so_far <= MENU_BYTES
    ][:OPTIONS_MOST]
    chosen = _plain(viewer.environment)
    wanted = to_command(Home(known.get(chosen, viewer.environment)))
    now_on = next((choice for choice in offered if choice["value"] == wanted), None)
    menu = [select("environment", offered, now_on)] if len(known) > 1 or chosen else []
    elements = [*menu, *shown.turns(lambda to: Home(viewer.environment, to))]
    if elements:
        # Under a name that it had before, Slack keeps to what was chosen then.
        yield {**actions(*elements), "block_id": shorten(f"choose {wanted}", BLOCK_ID_MOST)}
    if rows:
        yield divider()


def _row(cluster: Cluster, last: Summary | None, way: Way, now: datetime) -> tuple[str, Row]:
    """Return a cluster on three lines, with its buttons."""
    name = f"*{cluster_name(cluster.name)}*  {_environment(cluster.environment)}".rstrip()
    check = offer("Check now", Run(cluster.name))
    if last is None:
        return f":white_circle: {name}\nnever checked", [check]
    words, numbers = headline(last.verdict, last.grade, last.score, last.coverage)
    told = [words, numbers[0], numbers[1] + _moved(last, way), counted(last.failing, "open finding")]
    stale = " :hourglass: more than a day old" if now - last.taken_at > STALE else ""
    line = f"{sparkline(way.scores)}  " if way.scores else ""
    text = "\n".join(
        [f"{VERDICT_MARKS[last.verdict]} {name}", ", ".join(told), f"{line}read {age(last.taken_at)}{stale}"]
    )
    report = offer("Last report", Show(cluster.name))
    return text, [check, report, *([offer("What changed", Changes(cluster.name))] if way.runs > 1 else [])]


def _moved(last: Summary, way: Way) -> str:
    """Return ` (-12 over 9 days)`; empty where the score is what it was."""
    score, since = way.first or (last.score, last.taken_at)
    if last.score is None or score is None or score == last.score:
        return ""
    days = max(1, round((last.taken_at - since) / timedelta(days=1)))
    return f" ({last.score - score:+} over {counted(days, 'day')})"


def _environment(name: str) -> str:
    return escape(shorten(name, ENVIRONMENT_MOST))


def _ending(names: Sequence[str], held: Sequence[Acceptance], now: datetime) -> list[Block]:
    """Return what ends soon of what is accepted on clusters of these names."""
    soon = [acceptance for acceptance in held if acceptance.until - now <= SOON]
    about = [(it, [name for name in names if it.is_about(name)]) for it in soon]
    ending = [(acceptance, on) for acceptance, on in about if on]
    if not ending:
        return []
    rows = [_accepted(acceptance, on, now) for acceptance, on in ending[:ENDING]]
    left_out = more(len(ending) - ENDING, "acceptance")
    every = actions(offer("All that is accepted", Waivers()))
    head = [
        divider(),
        section(f"*Ending soon*  {counted(len(ending), 'acceptance')} within {SOON.days} days"),
    ]
    tail = [*([context(left_out)] if len(ending) > ENDING else []), every]
    return [*head, *lines(rows, head, tail, most=ENDING_BYTES), *tail]


def _accepted(acceptance: Acceptance, on: Sequence[str], now: datetime) -> tuple[str, Row]:
    others = [f"{len(on) - NAMED:,} more"] if len(on) > NAMED else []
    where = enumerated([*map(cluster_name, on[:NAMED]), *others])
    text = "\n".join([f"*{where}*", *listed(acceptance, now)])
    return text, [offer("Edit", Edit(acceptance.id))] if acceptance.id else []


def _help(shown: Page[Newest]) -> Iterator[Block]:
    """Yield what can be asked, with questions about the first cluster to begin with."""
    checked = [cluster.name for cluster, last in shown.shown if last]
    yield section(
        "*Ask me anything*  in the messages beside this tab, or mention me in a channel:"
        " _is it ready?_, _which pods restart?_, _how do I fix the backups?_,"
        " _how long has that been failing?_"
    )
    questions = []
    if checked:
        name = checked[0]
        questions = [
            offer(f"Is {name} ready?", Question(Kind.SUMMARY, name)),
            offer(f"What changed in {name} since yesterday?", Question(Kind.CHANGES, name, since="1d")),
        ]
    yield actions(*questions, offer("How to ask", Help()))
