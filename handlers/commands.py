"""The commands: what they are called, how they are typed, what they do. Help and the grammar go by it."""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.intents import Verb


@dataclass(frozen=True)
class Command:
    """A command. `examples` can be typed as they stand where there is a cluster of that name."""

    name: str
    aliases: tuple[str, ...]
    usage: str
    summary: str
    examples: tuple[str, ...]
    verb: Verb


COMMANDS: tuple[Command, ...] = (
    Command(
        "check",
        ("run", "test", "scan", "assess"),
        "check CLUSTER [family:F,…] [severity:S] [status:S] [namespace:N] [owner:TEAM] [check:C,…]",
        "Read the cluster now and judge it; the filters choose what is shown.",
        ("check cluster-a", "cluster-a severity:high", "cluster-a family:networking,security namespace:shop"),
        Verb.RUN,
    ),
    Command(
        "show",
        ("view", "last"),
        "show CLUSTER [family:F,…] [severity:S] [status:S] [namespace:N] [owner:TEAM] [check:C,…]"
        " [run:ID] [page:N]",
        "Show the last report, or an earlier one by its run, without reading the cluster.",
        ("show cluster-a", "show cluster-a check:replicas", "show cluster-a run:20261121-1009 page:2"),
        Verb.VIEW,
    ),
    Command(
        "diff",
        ("changes", "changed", "delta", "what-changed"),
        "diff CLUSTER [since AGE or RUN] [run:ID] [page:N]",
        "Show what changed since the run before, an age such as 7d, or a run.",
        ("diff cluster-a", "diff cluster-a since 7d", "what changed in cluster-a since yesterday"),
        Verb.VIEW,
    ),
    Command(
        "fix",
        ("mend", "remediate", "repair", "how-fix"),
        "fix CLUSTER [CHECK] [run:ID] [page:N]",
        "Show how to mend what fails, with the names of the cluster.",
        ("fix cluster-a", "fix cluster-a replicas"),
        Verb.VIEW,
    ),
    Command(
        "report",
        ("export", "html", "full"),
        "report CLUSTER [format:html|csv|json] [run:ID]",
        "Put the full report into the thread, as a file.",
        ("report cluster-a", "report cluster-a format:csv", "report cluster-a run:20261121-1009"),
        Verb.VIEW,
    ),
    Command(
        "compare",
        ("vs", "versus"),
        "compare CLUSTER CLUSTER [page:N]",
        "Show two clusters side by side.",
        ("compare cluster-a cluster-b", "cluster-a vs cluster-b"),
        Verb.VIEW,
    ),
    Command(
        "history",
        ("trend", "runs", "log"),
        "history CLUSTER [page:N]",
        "List the past runs with their verdicts and scores.",
        ("history cluster-a", "runs of cluster-a"),
        Verb.VIEW,
    ),
    Command(
        "explain",
        ("why", "what", "describe", "info"),
        "explain CHECK [CLUSTER]",
        "Say why a check matters and, with a cluster, what it found there.",
        ("explain disruption-budgets", "explain replicas in cluster-a"),
        Verb.VIEW,
    ),
    Command(
        "list",
        ("ls", "clusters", "get"),
        "list [page:N]",
        "List the clusters with their last verdicts.",
        ("list", "show clusters"),
        Verb.VIEW,
    ),
    Command(
        "rbac",
        ("role", "permissions"),
        "rbac CLUSTER",
        "Show the least role that the checks need, and what could not be read.",
        ("rbac cluster-a", "permissions of cluster-a"),
        Verb.VIEW,
    ),
    Command(
        "waive",
        ("ignore", "accept", "snooze", "silence"),
        'waive CLUSTER [CHECK] [finding:FINGERPRINT] [until:DAY] [reason:"…"] [run:ID]',
        "Accept a finding or a check for a time, with a reason.",
        ("waive cluster-a", 'waive cluster-a image-tags until:2027-03-31 reason:"pinned next quarter"'),
        Verb.WAIVE,
    ),
    Command(
        "attest",
        ("sign", "confirm"),
        'attest CLUSTER [CHECK] [until:DAY] [reason:"…"]',
        "Sign that something is so that no API can show.",
        ("attest cluster-a", "attest cluster-a control-plane-backup"),
        Verb.ATTEST,
    ),
    Command(
        "waivers",
        ("waived", "exceptions", "attestations", "what-waived", "which-waivers", "what-waivers"),
        "waivers [CLUSTER] [page:N]",
        "List what is waived and attested: by whom, why and until when.",
        ("waivers", "waivers cluster-a"),
        Verb.VIEW,
    ),
    Command(
        "edit",
        ("extend", "amend"),
        "edit ID",
        "Change what was made in Slack: `waivers` and `schedules` list the IDs.",
        ("edit w-7f3a9c", "extend w-7f3a9c", "edit s-0c41d2"),
        Verb.WAIVE,
    ),
    Command(
        "withdraw",
        ("revoke", "unwaive"),
        "withdraw ID",
        "End a waiver or an attestation that was made in Slack.",
        ("withdraw w-7f3a9c", "revoke a-0c41d2"),
        Verb.WAIVE,
    ),
    Command(
        "schedule",
        ("plan",),
        "schedule CLUSTER… WHEN [ZONE] [in #CHANNEL] [only-changes|only-alerts] [no-alerts]"
        " [environment:E] [label:K=V]",
        "Post a digest at times, and what changes in between; without a time a form asks for it.",
        (
            "schedule cluster-a daily 09:00 Europe/Berlin in #ops",
            "schedule cluster-* every 4h only-changes",
            "schedule all cron 0 9 * * mon-fri no-alerts",
        ),
        Verb.SCHEDULE,
    ),
    Command(
        "schedules",
        ("scheduled", "digests"),
        "schedules [CLUSTER] [page:N]",
        "List what is scheduled: the next time, what became of the last one, and where.",
        ("schedules", "schedules cluster-a", "when is the next digest of cluster-a"),
        Verb.VIEW,
    ),
    Command(
        "pause",
        ("suspend",),
        "pause ID",
        "Let a schedule rest that was made in Slack.",
        ("pause s-0c41d2", "suspend s-0c41d2"),
        Verb.SCHEDULE,
    ),
    Command(
        "resume",
        ("unpause",),
        "resume ID",
        "Go on with a schedule that rests.",
        ("resume s-0c41d2", "unpause s-0c41d2"),
        Verb.SCHEDULE,
    ),
    Command(
        "trigger",
        ("run-now",),
        "trigger ID",
        "Post the digest of a schedule now.",
        ("trigger s-0c41d2", "run-now s-0c41d2"),
        Verb.SCHEDULE,
    ),
    Command(
        "remove",
        ("unschedule", "delete"),
        "remove ID",
        "Remove a schedule that was made in Slack.",
        ("remove s-0c41d2", "unschedule s-0c41d2"),
        Verb.SCHEDULE,
    ),
    Command(
        "status",
        ("bot-status",),
        "status",
        "Show how the bot itself is: replicas, workers, queues. With a cluster it is `show`.",
        ("status", "bot status"),
        Verb.VIEW,
    ),
    Command(
        "audit",
        ("who",),
        "audit [CLUSTER] [N] [page:N]",
        "Show who did what, newest first, or only the newest N.",
        ("audit", "audit cluster-a 50"),
        Verb.ADMIN,
    ),
    Command(
        "ask",
        ("question",),
        "ask CLUSTER QUESTION",
        "Answer a question about the last report, in words of your own.",
        ("ask cluster-a which pods restart?", "ask cluster-a how do I fix the backups"),
        Verb.VIEW,
    ),
    Command(
        "home",
        ("overview", "fleet", "dashboard"),
        "home [ENVIRONMENT]",
        "Bring the Home tab up to date: the clusters with their trends.",
        ("home", "home production"),
        Verb.VIEW,
    ),
    Command(
        "help",
        ("?", "-h", "--help", "usage"),
        "help [COMMAND]",
        "Say how to ask, or how one command is used.",
        ("help", "help diff"),
        Verb.VIEW,
    ),
)

BY_WORD: Mapping[str, Command] = {
    word: command for command in COMMANDS for word in (command.name, *command.aliases)
}
"""Every word that is a command, with it."""
