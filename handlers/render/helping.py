"""How to ask, and what is said to words that mean nothing here."""

from collections.abc import Iterator, Mapping, Sequence

from checks.model import Family, Severity
from handlers.commands import BY_WORD, COMMANDS, Command
from handlers.intents import Clusters, Help, Run, Unclear
from handlers.ports import Cluster
from handlers.render.budget import message
from handlers.render.elements import actions, button, context, section
from handlers.render.message import Block, Message, Prompt
from handlers.render.offers import offer
from handlers.render.text import block, code, escape, prose, shorten

SLASH = "/readiness"
CLUSTERS_SHOWN = 10
MEANINGS_SHOWN = 5
SAID_MOST = 120
WHY_MOST = 300
EXAMPLE = "cluster-a"
"""A cluster in examples where none is visible."""
PROMPTS = 4
TITLE_MOST = 75
OVERVIEW = f"""\
*Is this cluster ready for production?*
`{SLASH} CLUSTER`  checks it now: the verdict, what fails, how to mend it
`{SLASH} list`  shows every cluster; `{SLASH} help COMMAND` explains one command"""
ASKING = "*Ask in your own words*, in the thread of an answer, in a direct message or by mentioning me:"
NOTHING_ASKED = "I answer questions about the readiness of clusters. For example:"


def overview(topic: str, clusters: Sequence[Cluster]) -> Message:
    """Return what can be asked, with the clusters as buttons; or one command with its examples."""
    command = BY_WORD.get(topic.strip().lower())
    if command:
        return message(f"{SLASH} {command.usage}", _command(command))
    unknown = [section(f"There is no command {code(shorten(topic, SAID_MOST))}.")] if topic.strip() else []
    names = ", ".join(code(command.name) for command in COMMANDS)
    blocks = [
        *unknown,
        section(OVERVIEW),
        *_clusters(clusters),
        section("\n".join([ASKING, *_examples(clusters)])),
        context(f"Commands, wherever you ask: {names}"),
    ]
    return message(f"{SLASH} CLUSTER checks a cluster now; {SLASH} help COMMAND explains one command", blocks)


def prompts(clusters: Sequence[Cluster]) -> list[Prompt]:
    """Return questions to begin a conversation with, about clusters that the asker may view."""
    if not clusters:
        return [Prompt("Which clusters are there?", "list"), Prompt("What can I ask?", "help")]
    one = clusters[0].name
    asked = [f"Is {one} ready?", f"What changed in {one} since yesterday?"]
    if len(clusters) == 1:
        asked += [f"What should I fix first in {one}?", f"Which pods restart in {one}?"]
    else:
        asked += [f"How does {clusters[1].name} compare with {one}?"]
    found = [Prompt(shorten(said, TITLE_MOST), said) for said in asked]
    return [*found, Prompt("Which clusters are there?", "list")][:PROMPTS]


def _examples(clusters: Sequence[Cluster]) -> Iterator[str]:
    """Yield questions as they can be asked, of a cluster that is there."""
    name = clusters[0].name if clusters else EXAMPLE
    for said in (
        f"which pods restart in {name}?",
        "how do I fix the backups?",
        "what changed since Monday?",
        "only critical ones in namespace shop",
        "ignore this for two weeks because the vendor is mending it",
    ):
        yield f"• {escape(shorten(said, SAID_MOST))}"


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


def unclear(said: Unclear, labels: Mapping[str, str], clusters: Sequence[Cluster]) -> Message:
    """Return why words mean nothing here, with what may have been meant as buttons.

    `labels` say in other words what a command means.
    """
    if not said.related:
        words = "\n".join([NOTHING_ASKED, *_examples(clusters)])
        return message(NOTHING_ASKED, [section(words), actions(offer("How to ask", Help()))])
    why = prose(shorten(said.why, WHY_MOST)) or "that means nothing here"
    asked = "" if said.said in said.why else escape(shorten(said.said, SAID_MOST)).strip()
    headed = [why] if said.several else ["*Not understood*", why]
    headed[0] = "  ".join(filter(None, [headed[0], asked]))
    lines = [*headed, "Did you mean:" if said.meanings else ""]
    # Two commands that a person would put into the same words are one offer.
    meanings = {labels.get(meaning, meaning): meaning for meaning in reversed(said.meanings)}
    buttons = [button(label, meaning) for label, meaning in reversed(meanings.items())][:MEANINGS_SHOWN]
    blocks = [
        section("\n".join(filter(None, lines))),
        actions(*(buttons or [offer("How to ask", Help())])),
    ]
    return message(why if said.several else f"Not understood: {why}", blocks)
