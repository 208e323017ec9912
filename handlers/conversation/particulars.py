"""What a sentence names beside checks: clusters, namespaces, owners, objects, severities and families."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rapidfuzz import process
from rapidfuzz.distance import OSA

from checks.model import Family, Severity
from handlers.conversation import cues, times, vocabulary
from handlers.conversation.known import GENERATED, NAME, Names
from handlers.conversation.wording import Token, ordinary, quiet, small
from handlers.intents import Filters
from handlers.language.names import FIELDS, Visible

TEAM_NAME = r"[a-z0-9][\w.@-]*\w"
NAMESPACED = re.compile(
    rf"(?:(?<!\w)(?:-n|--namespace)[ =]|\b(?:namespace|ns)(?::\s*|\s+|=))[\"']?(?P<name>{NAME})"
)
OF_NAMESPACE = re.compile(rf"(?<![\w-])(?P<name>{NAME})[\"']?\s+(?:namespace|ns)\b")
OF_POD = re.compile(rf"\bpod\s+[\"']?(?P<object>{NAME})_(?P<name>{NAME})\b")
PATH = re.compile(rf"(?<![\w/.:-])(?P<name>{NAME})/(?P<object>{NAME})(?![\w/])")
WITHIN = re.compile(
    rf"\b(?:in|from|within|inside|for|of|on)\s+(?:the\s+|our\s+)?[\"']?(?P<name>{NAME})(?![\w/:@])"
)
ALONE = re.compile(rf"^\W*(?:(?:only|just|and|but|or|what about|how about|in|for)\s+)*(?P<name>{NAME})\W*$")
INSIDE = re.compile(r"(?:in|within|inside)\b")
FOLLOWS = re.compile(
    r"[\"']?\s*(?:$|[?.!,;)]|(?:and|or|please|pls|thx|thanks|but|because|since|until|till|for|by|now|only|is|are"
    r"|have|has|run)\b)"
)
"""What may stand after a name."""
FOREIGN = re.compile(
    rf"(?<!our )(?<!this )(?<![\w./-])(?P<name>{NAME}) clusters?(?![\w-])"
    r"|(?<![\w./-])(?P<stage>(?:prod|production|dev|test|qa|uat|int|stage|staging|preprod|dr)"
    r"(?:-(?:[a-z]{2}\d?|\d+|east|west|north|south|central|europe|asia|america|apac|emea))+)(?![\w/-])"
    r"|\b(?:in|on|at|to|with|than|from|vs|versus|against|like|does|do|is|has|of|about|and|or|over) (?:the )?"
    r"(?P<bare>dev|qa|uat|preprod|pre-prod|nonprod|non-prod|staging|stg|dr|sandbox)(?![\w/-])"
    r"(?! (?:team|ns|namespace|groups?|folks|people|guys|squad|users?|role|data|database|db))"
)
"""Words that name a cluster, be it one that nobody here knows."""
REGIONS = frozenset({"us", "eu", "uk"})
TEAM = re.compile(rf"\b(?:teams?|squad|guild|tribe)\s+(?:called\s+|named\s+)?[\"']?(?P<name>{TEAM_NAME})")
OF_TEAM = re.compile(
    rf"(?<![\w-])(?P<name>{TEAM_NAME})(?:'s)?[\"']?\s+(?:team|squad|guild|tribe|guys|folks|people)\b"
)
OWNED = re.compile(
    r"\b(?:owned\s+by|belong(?:s|ing)?\s+to|assigned\s+to|responsibility\s+of|owner:?|owner\s+is)\s+"
    rf"(?:the\s+)?(?:team\s+)?[\"']?(?P<name>{TEAM_NAME})"
)
MISSPELT = 5
"""Letters of a namespace in which one may be wrong."""

SEVERITIES: Mapping[str, Severity] = {
    **{severity.value: severity for severity in Severity},
    **dict.fromkeys(("blocker", "blockers", "showstoppers"), Severity.CRITICAL),
}
ORDINARY = ("high", "medium", "low", "info")
"""Severities that are words for other things too."""
RANKED = re.compile(
    r"^(?:(?:only|just|show|list|all|the|me|any|and|give|please|now|or|everything|anything) )*"
    r"(?:high|medium|low|info)\b"
    r"|\b(?:high|medium|low|info)(?: (?:and|or) \w+)? ?(?:severity|priority|ones|only|findings|issues"
    r"|problems|security|networking|network|workloads|observability|infrastructure|delivery|risk|impact|checks"
    r"|failures|stuff|things|items)"
    r"|\bseverity (?:is |of )?(?:high|medium|low|info)|(?:or|and) (?:high|medium)$"
)
"""Where an ordinary word ranks findings."""
JUDGED = re.compile(r"\b(?:why|is|are|that|this|it|not|so) (?:that |this |it |so |really |is )*critical$")
"""Where somebody asks whether a thing matters."""
FAMILIES: Mapping[str, Family] = {
    **{family.value: family for family in Family},
    "infra": Family.INFRASTRUCTURE,
    "network": Family.NETWORKING,
    "networks": Family.NETWORKING,
    "net": Family.NETWORKING,
    "sec": Family.SECURITY,
    "monitoring": Family.OBSERVABILITY,
    "workload": Family.WORKLOADS,
}
SHARED = frozenset({"monitoring", "workload", "workloads", "network", "networks"})
"""Families whose names are words of a check too."""


@dataclass
class Named:
    """What was recognised in a sentence.

    `others` are the clusters but the conversation's own, several where one word means several; `foreign` is
    whether one is named that is not known. `marks` tell of each word, by its place, what it names.
    """

    filters: Filters = field(default_factory=Filters)
    others: tuple[str, ...] = ()
    when: times.When | None = None
    about: str = ""
    about_checks: tuple[str, ...] = ()
    foreign: bool = False
    marks: dict[int, str] = field(default_factory=dict)


def recognise(
    text: str, words: Sequence[Token], names: Names, clusters: Visible, own: str, now: datetime
) -> Named:
    """Return what a sentence in lower case names."""
    reader = _Reader(text, words, names)
    reader.clusters(clusters, own)
    namespace = reader.namespace()
    owner = reader.owner()
    reader.time(now)
    families = tuple(reader.families())
    severity = reader.severity()
    reader.object()
    reader.named.filters = Filters(families, severity, namespace, (), owner)
    return reader.named


class _Reader:
    """Reads one sentence; each reading leaves alone what an earlier one took."""

    def __init__(self, text: str, words: Sequence[Token], names: Names) -> None:
        self.text, self.words, self.names = text, words, names
        self.named = Named()
        self.corrected = {
            word.start for word in words if word.typed != word.word and word.typed not in names.namespaces
        }

    def clusters(self, clusters: Visible, own: str) -> None:
        for called in sorted(set(clusters.called), key=len, reverse=True):
            for match in re.finditer(rf"(?<![\w.-]){re.escape(called.lower())}(?![\w-])", self.text):
                meant = clusters.named(called)
                if own not in meant and not self.named.others:
                    self.named.others = meant
                self._mark(match.start(), match.end(), "SELF" if own in meant else "OTHER")
        spelt = [name for name in map(str.lower, clusters.called) if len(name) > MISSPELT]
        for token in self.words:
            near = self._nearest(token.typed, spelt)
            if near in spelt and near != token.typed and near not in self.names.namespaces:
                self.named.others = self.named.others or clusters.named(near)
                self._mark(token.start, token.end, "OTHER")
        for match in FOREIGN.finditer(self.text):
            group = str(match.lastgroup)
            name = match[group]
            known = name in self.names.namespaces or name in self.names.objects
            plain = group == "name" and name not in REGIONS and not _unknown(name)
            if not known and not plain and name not in ordinary() and self._free(match.start(group)):
                self.named.foreign = True
                self._mark(match.start(group), match.end(group), "OTHER")

    def namespace(self) -> str:
        for pattern in (OF_POD, NAMESPACED, OF_NAMESPACE, PATH, WITHIN, ALONE):
            for match in pattern.finditer(self.text):
                name = FIELDS["namespace"].read(self._nearest(match["name"], self.names.namespaces))
                free = self._free(match.start("name")) and name not in SEVERITIES
                if name and free and self._within(match, name):
                    self._mark(match.start("name"), match.end("name"), "NAMESPACE")
                    return name
        return ""

    def _within(self, match: re.Match[str], name: str) -> bool:
        """Whether a name that stands where one of a namespace would is one."""
        loose = match.re is ALONE or (match.re is WITHIN and not INSIDE.match(match[0]))
        if loose and vocabulary.alone(name):
            return False  # "what about velero?" is about what is installed there
        if name in self.names.namespaces:
            return True
        ends = bool(FOLLOWS.match(self.text, match.end("name")))
        if match.re in (OF_POD, NAMESPACED):
            spoken = match.re is NAMESPACED and vocabulary.is_phrase(f"namespace {name}")
            return (ends and not spoken) or _names_objects(name)
        if match.start("name") in self.corrected:
            return False
        if match.re is PATH:
            return _unknown(name) and _unknown(match["object"])
        plain = _unknown(name) and name not in FAMILIES
        return plain and (
            match.re is OF_NAMESPACE or (match.re is WITHIN and ends and match[0].startswith("in"))
        )

    @staticmethod
    def _nearest(name: str, known: Collection[str]) -> str:
        """Return a name as it is known, where it is one with a slip."""
        if name in known or len(name) < MISSPELT or not _unknown(name):
            return name
        near = process.extractOne(name, known, scorer=OSA.distance, score_cutoff=1)
        return str(near[0]) if near else name

    def owner(self) -> str:
        for pattern in (TEAM, OF_TEAM, OWNED, WITHIN):
            for match in pattern.finditer(self.text):
                name = match["name"].removesuffix("'s")
                known = name in self.names.owners or (pattern is not WITHIN and _unknown(name))
                said = pattern is TEAM and name not in small() | quiet()
                if self._free(match.start("name")) and (known or said):
                    self._mark(match.start("name"), match.end("name"), "OWNER")
                    return self.names.owners.get(name, name)
        return ""

    def time(self, now: datetime) -> None:
        self.named.when = times.since(self.text, now)
        if self.named.when:
            self._mark(self.named.when.start, self.named.when.end, "WHEN")

    def families(self) -> Iterator[Family]:
        """Yield the families that words name, where those are not part of what a check is called."""
        said = [word.word for word in self.words]
        mentions = vocabulary.mentions(said, frozenset(self.named.marks))
        taken = {at for mention in mentions for at in mention.at}
        seen: set[Family] = set()
        for at, word in enumerate(said):
            family = FAMILIES.get(word)
            part = at in taken and (word in SHARED or {at - 1, at + 1} & taken)
            if not family or part or at in self.named.marks or (word == "workloads" and at - 1 in taken):
                continue
            self.named.marks[at] = "FAMILY"
            if family not in seen:
                seen.add(family)
                yield family

    def severity(self) -> Severity | None:
        """Return the least severity that is asked for."""
        said = " ".join(word.word for word in self.words)
        ranked, judged = RANKED.search(said), JUDGED.search(said)
        meant: list[Severity] = []
        for at, token in enumerate(self.words):
            severity = SEVERITIES.get(token.word)
            asked = ranked if token.word in ORDINARY else not judged
            if severity and asked and at not in self.named.marks:
                self.named.marks[at] = "SEVERITY"
                meant.append(severity)
        return max(meant, key=lambda severity: severity.rank, default=None)

    def object(self) -> None:
        for match in re.finditer(NAME, self.text):
            for name in (match[0], GENERATED.sub("", match[0])):
                if name in self.names.objects and _names_objects(name) and self._free(match.start()):
                    self.named.about = name
                    self.named.about_checks = tuple(sorted(self.names.objects[name]))
                    self._mark(match.start(), match.end(), "OBJECT")
                    return

    def _free(self, start: int) -> bool:
        return all(self.words[at].start != start for at in self.named.marks)

    def _mark(self, start: int, end: int, mark: str) -> None:
        for at, word in enumerate(self.words):
            if word.start < end and word.end > start:
                self.named.marks.setdefault(at, mark)


def _unknown(name: str) -> bool:
    return not any(name in known for known in (small(), quiet(), vocabulary.words(), cues.words()))


def _names_objects(name: str) -> bool:
    return "-" in name or not (name in small() or name in quiet() or vocabulary.alone(name))
