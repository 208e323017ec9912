"""Who may do what, by the rules of readiness.yaml; see `bot.settings_access`.

For each verb and cluster: where a rule names the verb for that cluster, only what rules grant counts. Where
none does, `view` and `run` belong to everyone and the rest to nobody. `admin` includes every other verb on
its clusters; every verb needs `view`.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from msgspec import structs

from bot import clusters
from bot.members import Members
from bot.settings import Settings
from bot.settings_access import AccessRule
from handlers.intents import Verb
from handlers.ports import Cluster
from handlers.request import Asker

Announced = Callable[[], Awaitable[Sequence[Cluster]]]
"""Returns the clusters that workers serve, or served lately. Raises nothing."""

OPEN = frozenset({Verb.VIEW, Verb.RUN})
"""Everyone's where no rule is about them."""

NAMED = 8
"""People, groups, channels or rules that a refusal names; the rest is counted."""
ENVIRONMENT = "environment:"
NO_CLUSTER = Cluster("")
"""What is about no cluster in particular: only rules for every cluster (`*`) are about it."""


def offered(settings: Settings, kubeconfig_path: str | None) -> list[Cluster]:
    """Return the clusters that people are offered: those of readiness.yaml; without any, every context."""
    known = settings.clusters or clusters.everyone(settings, kubeconfig_path)
    labels = {entry.name: entry.labels for entry in settings.clusters}
    return [
        Cluster(cluster.name, cluster.aliases, cluster.environment, labels.get(cluster.name, {}))
        for cluster in known
    ]


def together(known: Iterable[Cluster], announced: Iterable[Cluster]) -> list[Cluster]:
    """Return clusters of both kinds: one that both know as it is `known`, and no alias that is taken."""
    found = list(known)
    names = {cluster.name for cluster in found}
    more: dict[str, Cluster] = {}
    for cluster in announced:
        if cluster.name not in names:
            more.setdefault(cluster.name, cluster)
    taken = {alias for cluster in found for alias in cluster.aliases} | names | more.keys()
    for cluster in more.values():
        free = tuple(alias for alias in cluster.aliases if alias not in taken)
        taken.update(free)
        found.append(structs.replace(cluster, aliases=free))
    return found


async def _nobody() -> Sequence[Cluster]:
    return ()


class Access:
    """See `handlers.ports.Access`. `members` tells who is in a user group, and does not raise.

    Beside the `known` clusters there are those that workers announce; asking for them does not raise either.
    """

    def __init__(
        self, settings: Settings, known: Sequence[Cluster], members: Members, announced: Announced = _nobody
    ) -> None:
        self._rules = settings.access
        self._configured = known
        self._members = members
        self._announced = announced

    async def visible(self, asker: Asker) -> Sequence[Cluster]:
        """Return the clusters that somebody may view, there where they ask."""
        own = await self._own(asker)
        return [cluster for cluster in await self.everyone() if self._allows(own, Verb.VIEW, cluster)]

    async def everyone(self) -> Sequence[Cluster]:
        """Return every cluster there is: those that are known, then those that only workers announce."""
        return together(self._configured, await self._announced())

    async def may(self, asker: Asker, verb: Verb, cluster: str) -> bool:
        """Whether somebody may do something with a cluster; false for one that is not known.

        Without a name it is about all of them: whoever may not do it with each may not.
        """
        known = await self._known()
        if cluster and cluster not in known:
            return False
        wanted = [known[cluster]] if cluster else [NO_CLUSTER, *known.values()]
        own = await self._own(asker)
        return all(self._allows(own, needed, one) for one in wanted for needed in (Verb.VIEW, verb))

    async def whom_to_ask(self, verb: Verb, cluster: str) -> str:
        """Return who is given a verb, else who administers the cluster, else what to write down."""
        about = (await self._known()).get(cluster, NO_CLUSTER)
        for wanted in (verb, Verb.ADMIN):
            given = dict.fromkeys(_given(rule) for rule in self._rules if _names(rule, wanted, about))
            if given:
                return f"those who may: {_shortened(list(given), '; ')}"
        return (
            "nobody may yet: whoever looks after the bot adds a rule to `access:` in readiness.yaml,"
            f" such as `{{verbs: [{verb}], users: [U…]}}`"
        )

    async def _known(self) -> Mapping[str, Cluster]:
        return {cluster.name: cluster for cluster in await self.everyone()}

    async def _own(self, asker: Asker) -> list[AccessRule]:
        """Return the rules that are for somebody, there where they ask."""
        here = [rule for rule in self._rules if not rule.channels or asker.channel in rule.channels]
        groups = {group for rule in here for group in rule.groups}
        joined = {group for group in groups if asker.user in await self._members(group)}
        return [
            rule
            for rule in here
            if asker.user in rule.users or joined.intersection(rule.groups) or not (rule.users or rule.groups)
        ]

    def _allows(self, own: Iterable[AccessRule], verb: Verb, cluster: Cluster) -> bool:
        """Whether somebody may, whose rules are `own`."""
        if verb in OPEN and not any(_names(rule, verb, cluster) for rule in self._rules):
            return True
        return any(_names(rule, verb, cluster) or _names(rule, Verb.ADMIN, cluster) for rule in own)


def _names(rule: AccessRule, verb: Verb, cluster: Cluster) -> bool:
    """Whether a rule is about a verb on a cluster."""
    return verb in rule.verbs and any(_matches(pattern, cluster) for pattern in rule.clusters)


def _matches(pattern: str, cluster: Cluster) -> bool:
    if pattern.startswith(ENVIRONMENT):
        wanted = pattern.removeprefix(ENVIRONMENT)
        return bool(cluster.environment) and fnmatchcase(cluster.environment, wanted)
    return fnmatchcase(cluster.name, pattern)


def _given(rule: AccessRule) -> str:
    """Say to whom a rule gives its verbs, and where."""
    people = [f"<@{user}>" for user in rule.users] + [f"<!subteam^{group}>" for group in rule.groups]
    places = [f"<#{channel}>" for channel in rule.channels]
    where = f" in {_shortened(places, ', ')}" if places else ""
    return (_shortened(people, ", ") or "anyone") + where


def _shortened(items: Sequence[str], between: str) -> str:
    more = f"{between}and {len(items) - NAMED} more" if len(items) > NAMED else ""
    return between.join(items[:NAMED]) + more
