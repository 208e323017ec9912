"""How to ask, and what is said to words that mean nothing here."""

from collections.abc import Iterator, Sequence

from checks.model import Family, Severity
from handlers.commands import BY_WORD, COMMANDS, Command
from handlers.intents import Clusters, Help, Run, Unclear
from handlers.ports import Cluster
from handlers.render.budget import message
from handlers.render.elements import actions, button, context, section
from handlers.render.message import Block, Message
from handlers.render.offers import offer
from handlers.render.text import block, code, escape, prose, shorten

SLASH = "/readiness"
CLUSTERS_SHOWN = 10
MEANINGS_SHOWN = 5
SAID_MOST = 120
WHY_MOST = 300
OVERVIEW = f"""\
*Is this cluster ready for production?*
`{SLASH} CLUSTER`  checks it now: the verdict, what fails, how to mend it
`{SLASH} diff CLUSTER since 7d`  shows what changed; `history CLUSTER` its past runs
`{SLASH} explain CHECK`  says why a check matters and how to mend it
`{SLASH} waive CLUSTER`  accepts a finding for a time; `waivers` lists what is accepted
`{SLASH} list`  shows every cluster; `help COMMAND` explains one command"""
IN_THREADS = "In a thread, where Slack takes no commands, mention me instead: the words are the same."


def overview(topic: str, clusters: Sequence[Cluster]) -> Message:
    """Return what can be asked, with the clusters as buttons; or one command with its examples."""
    command = BY_WORD.get(topic.strip().lower())
    if command:
        return message(f"{SLASH} {command.usage}", _command(command))
    unknown = [section(f"There is no command {code(shorten(topic, SAID_MOST))}.")] if topic.strip() else []
    names = ", ".join(code(command.name) for command in COMMANDS)
    blocks = [*unknown, section(OVERVIEW), *_clusters(clusters), context(f"Commands: {names}", IN_THREADS)]
    return message(f"{SLASH} CLUSTER checks a cluster now; {SLASH} help COMMAND explains one command", blocks)


def _clusters(clusters: Sequence[Cluster]) -> Iterator[Block]:
    """Yield the clusters as buttons that check them; the first ones, then the list."""
    if not clusters:
        yield section("No cluster is visible to you here.")
        return
    buttons = [offer(cluster.name, Run(cluster.name)) for cluster in clusters[:CLUSTERS_SHOWN]]
    others = len(clusters) - CLUSTERS_SHOWN
    yield actions(*buttons, *([offer(f"All {len(clusters):,}", Clusters())] if others > 0 else []))


def _command(command: Command) -> Iterator[Block]:
    """Yield one command: what it does, how it is written, examples."""
    examples = "\n".join(f"{SLASH} {example}" for example in command.examples)
    yield section(f"*{command.name}*  {prose(command.summary)}\n{block(f'{SLASH} {command.usage}')}")
    yield section(f"For example\n{block(examples)}")
    small = [f"Also: {', '.join(map(code, command.aliases))}"] if command.aliases else []
    if "family:" in command.usage:
        small += [f"Families: {', '.join(Family)}", f"Severities: {', '.join(Severity)}"]
    if small:
        yield context("\n".join(small))


def unclear(said: Unclear) -> Message:
    """Return why words mean nothing here, with what may have been meant as buttons."""
    why = prose(shorten(said.why, WHY_MOST)) or "that means nothing here"
    asked = escape(shorten(said.said, SAID_MOST)).strip()
    lines = [f"*Not understood*  {asked}", why, "Did you mean:" if said.meanings else ""]
    meanings = list(dict.fromkeys(said.meanings))[:MEANINGS_SHOWN]
    buttons = [button(meaning, meaning) for meaning in meanings] or [offer("How to ask", Help())]
    return message(f"Not understood: {why}", [section("\n".join(filter(None, lines))), actions(*buttons)])
