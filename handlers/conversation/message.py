"""A message in its conversation: which of its clauses ask something, and what by the grammar."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from msgspec import structs

from handlers.conversation import reasons, scope, states
from handlers.conversation.clauses import Clause
from handlers.conversation.topic import Topic
from handlers.intents import Attest, Export, Filters, Format, Help, Intent, Kind, Question, Run, Waive

ABOUT_A_CHECK = frozenset(
    {"rerun", "explain", "fix", "list", "history", "owner", "compare", "waive", "attest"}
)
"""Kinds that are about the check that was spoken of last where they name none."""
FORMS = frozenset({"waive", "attest"})
"""Kinds that are seen in a form before anything is done."""
WITHOUT_CHECK = frozenset({"summary", "export", "help"})
AGAIN = frozenset({"fix", "owner", "history", "compare", "list"})
"""Kinds that are asked again of another check or namespace: "and velero?"."""
DATED = 6.0
"""Weight above which words ask what changed; a date alone can also date a trouble."""
PHRASE = 7.0
"""Weight up to which words are a heading where others ask something: "pods in shop: why?"."""
SURE = 9.0
"""Weight of the cues that mean the cluster as a whole, whatever else is named."""
NONSENSE = 10.0
"""Weight of the cues of what is none of our business, though it may name a check."""
STRANGE = {
    **dict.fromkeys(("export", "rerun", "compare", "help", "changes"), 0.4),
    **dict.fromkeys(("waive", "attest"), 1.0),
}
"""Share of words that may be unknown where no check is named; of other kinds it is `FEW`."""
FEW, FEWEST = 0.2, 0.1
FORMATS = (
    (Format.CSV, re.compile(r"\b(?:csv|excel|xlsx?|spreadsheet|tsv|sheets?|calc|libreoffice)\b")),
    (Format.JSON, re.compile(r"\b(?:json|machine readable)\b")),
)
CONTINUES = re.compile(r"(?:and|but|or|what about|how about|only|just|also|then|so|of|in|for)\b")
WHAT_ABOUT = re.compile(r"(?:and |but |so |or )*(?:what|how) about\b")


@dataclass(frozen=True)
class Message:
    """What somebody said: its clauses, on what the conversation is about.

    `own` is the cluster that is meant where none is named; empty where there are several.
    """

    text: str
    topic: Topic
    own: str
    parts: Sequence[Clause]
    now: datetime
    trusted: bool = False
    """Whether strange words do not matter: what it is like tells what it asks."""
    about: str | None = None
    """The check that it is about, where that was found otherwise."""

    @property
    def nonsense(self) -> bool:
        """Whether it is surely none of our business, though it may name a check."""
        return any(clause.kind == "none" and clause.weight > NONSENSE for clause in self.parts)

    def goes_on(self, kind: str) -> bool:
        """Whether it asks the last question again, of something else: "and velero?"."""
        before, first = self.topic.question, self.parts[0]
        again = before is not None and kind == before.kind and bool(CONTINUES.match(first.plain))
        return again and not scope.leaves(first)

    def intents(self) -> tuple[Intent, ...]:
        """Return what it asks, each question in turn; empty where that is nothing, or in doubt."""
        found: list[Intent] = []
        for clause in self._asking():
            intent = self.meant(clause)
            if intent is None:
                return ()
            found += [one for one in _all_of(intent, clause) if one not in found]
        return tuple(found)

    def taken_for(self, kind: str, check: str | None = None) -> Intent | None:
        """Return what it asks where it asks that, perhaps of a `check`; null where it leaves too much out."""
        told = [clause for clause in self.parts if clause.subject] or [
            clause for clause in self.parts if clause.kind != "none"
        ]
        chosen = (told or self.parts)[0]
        if kind != "compare" and any(part.named.foreign for part in self.parts):
            return None
        taken = replace(chosen, kinds={kind: SURE})
        parts = [taken if clause is chosen else clause for clause in self.parts]
        return replace(self, parts=parts, trusted=True, about=check).meant(taken)

    def _asking(self) -> list[Clause]:
        """Return the clauses that ask something of their own."""
        if self.nonsense:
            return [clause for clause in self.parts if clause.strong]
        strong = [clause for clause in self.parts if clause.strong]
        weak = [clause for clause in self.parts if self._tells(clause)]
        strong = _merged(_questions(strong, weak))
        if not strong:
            asked = [clause for clause in weak if clause.asked]
            return list({clause.subject: clause for clause in reversed(asked or weak)}.values())[::-1]
        known = {clause.check for clause in strong}
        further = [clause for clause in weak if clause.asked and clause.check and clause.check not in known]
        chosen = [*strong, *(further if all(known) else ())]
        return [clause for clause in self.parts if any(clause is one for one in chosen)]

    def _tells(self, clause: Clause) -> bool:
        """Whether a clause that has no cue says what it is about, if only "it"."""
        if clause.tells:
            return not clause.statement
        pointing = clause.asked and clause.kind == "explain" and scope.points_at_one(clause)
        return bool(self.topic.check and pointing and not clause.strong and not clause.strange)

    def meant(self, clause: Clause) -> Intent | None:
        """Return what a clause asks; null where that is in doubt."""
        kind = self._kind(clause)
        cluster, other = self._clusters(clause)
        check = self._check(clause, kind)
        told = bool(kind and cluster) and (kind != "compare" or bool(other) or clause.named.foreign)
        if not told or check is None:
            return None
        if not check and self.about is None and not scope.of_a_report(clause, kind):
            return None
        if kind in set(Kind):
            return self._question(Kind(kind), clause, cluster, other, check)
        return self._order(kind, clause, cluster, check)

    def _order(self, kind: str, clause: Clause, cluster: str, check: str) -> Intent:
        """Return what is to be done."""
        match kind:
            case "rerun":
                return Run(cluster, Filters(checks=(check, *clause.further)) if check else Filters())
            case "export":
                return Export(cluster, self._run_of(cluster), _format(clause))
            case "waive":
                until, reason = reasons.given(self.text, self.now)
                return Waive(cluster, check, until=until, reason=reason)
            case "attest":
                until, reason = reasons.given(self.text, self.now, whole=True)
                return Attest(cluster, check, until=until, reason=reason)
            case _:
                return Help()

    def _question(self, kind: Kind, clause: Clause, cluster: str, other: str, check: str) -> Question:
        named = clause.named
        filters = named.filters
        before = self.topic.question
        if before and before.kind is kind is Kind.LIST and CONTINUES.match(clause.plain):
            filters = _joined(before.filters, filters)
        if kind is Kind.LIST and not check:
            filters = structs.replace(filters, status=states.named(clause.text) or filters.status)
        since = named.when.said if named.when and kind in (Kind.CHANGES, Kind.HISTORY) else ""
        return Question(kind, cluster, check, filters, named.about, since, other, self._run_of(cluster))

    def _run_of(self, cluster: str) -> str:
        return self.topic.run_id if cluster == self.topic.cluster else ""

    def _kind(self, clause: Clause) -> str:
        """Return what a clause asks, which may be what was asked before: "and in namespace shop?"."""
        before = self.topic.question.kind.value if self.topic.question else ""
        if not clause.strong and not clause.subject:
            return _left_out(clause, before)
        what_about = WHAT_ABOUT.match(clause.plain)
        if what_about and _narrows(clause):
            return _left_out(clause, before)
        goes_on = (what_about or not clause.strong) and CONTINUES.match(clause.plain)
        if goes_on and clause.subject and before in AGAIN - {"list", "compare"}:
            return before
        if clause.kind == "summary" and clause.weight < SURE:
            of_last = self.topic.check and scope.points_at_one(clause)
            of_other = not scope.of_the_whole(clause) and self._elsewhere(clause)
            return "explain" if clause.subject or of_last or of_other else "summary"
        if clause.kind == "changes" and clause.weight < DATED and clause.check:
            return "explain"
        return clause.kind or "explain"

    def _clusters(self, clause: Clause) -> tuple[str, str]:
        """Return the cluster that is asked about, and the one to compare it with; empty where in doubt."""
        others = clause.named.others
        if clause.kind == "compare" and self.own:
            others = others or next((one.named.others for one in self.parts if one.named.others), ())
            return self.own, others[0] if len(others) == 1 else ""
        if not others and not clause.named.foreign:
            others = self._named_before(clause)
        if len(others) == 1:
            return others[0], ""
        return ("" if others or clause.named.foreign else self.own), ""

    def _named_before(self, clause: Clause) -> tuple[str, ...]:
        """Return the cluster that a clause before this one is about: "does dns fail in prod and why?"."""
        before = [one for one in self.parts if one.kind != "compare" and one.named.others]
        ahead = next((one for one in self.parts if one is clause or any(one is it for it in before)), clause)
        return ahead.named.others

    def _check(self, clause: Clause, kind: str) -> str | None:
        """Return the check that a clause is about, empty for none; null where that is not sure enough."""
        if self.about is not None:
            return self.about
        if kind in FORMS and self.topic.check and scope.points_before(clause):
            return self.topic.check
        if clause.check and kind not in WITHOUT_CHECK:
            return None if clause.torn and kind not in FORMS else clause.check
        if clause.named.about:
            checks = clause.named.about_checks
            return checks[0] if len(checks) == 1 else ""
        elsewhere = self._elsewhere(clause) if kind in ABOUT_A_CHECK else ""
        return elsewhere or self._left_out(clause, kind)

    def _left_out(self, clause: Clause, kind: str) -> str | None:
        """Return the check that a clause hints at, or that was spoken of last, as `_check` does."""
        hint = clause.mentions[0].check if clause.mentions and kind in ABOUT_A_CHECK else ""
        share = clause.strange / len(clause.tokens)
        if share > (FEWEST if hint else STRANGE.get(kind, FEW)) and not self.trusted:
            return None
        short = len(clause.tokens) <= scope.SHORT
        if hint and not (self.topic.check and kind == "list" and short):
            return hint if clause.strong or clause.asked or short else None
        if kind in FORMS and not self.topic.check and not scope.of_a_form(clause):
            return None
        return self.topic.check if kind in ABOUT_A_CHECK and scope.of_the_last(clause, kind) else ""

    def _elsewhere(self, clause: Clause) -> str:
        """Return the check that the nearest clause before names, or one after that it points at."""
        at = next(place for place, one in enumerate(self.parts) if one is clause)
        before = [one.check for one in self.parts[:at] if one.check]
        after = [one.check for one in self.parts[at + 1 :] if one.check]
        points = scope.points(clause)
        if before and (clause.strong or points):
            return before[-1]
        return after[0] if after and points and clause.strong else ""


def _all_of(intent: Intent, clause: Clause) -> list[Intent]:
    """Return what is asked with the same question of each check that is named in one breath."""
    if not isinstance(intent, Question) or intent.check != clause.check:
        return [intent]
    return [intent, *(structs.replace(intent, check=check) for check in clause.further)]


def _narrows(clause: Clause) -> bool:
    """Whether a clause only says which part of the report it is about, such as a namespace."""
    return clause.named.filters != Filters() and not (clause.named.about or clause.mentions)


def _left_out(clause: Clause, before: str) -> str:
    """Return what a clause without cue and subject asks, by what was asked before; empty for nothing."""
    continues = CONTINUES.match(clause.plain)
    if continues and clause.named.when:
        return before if before == "history" else "changes"
    if clause.strange and not continues:
        return ""
    if clause.kind == "explain" and clause.asked and scope.points_at_one(clause):
        return "explain"
    return before if before in AGAIN - {"compare"} else "list"


def _questions(strong: list[Clause], weak: list[Clause]) -> list[Clause]:
    """Leave out phrases that only say what the others ask about."""
    asking = [clause for clause in strong if clause.weight > PHRASE or "?" in clause.text]
    return asking if asking or any(clause.asked for clause in weak) else strong


def _merged(strong: list[Clause]) -> list[Clause]:
    """Leave out clauses that only say again what another asks: of the same kind, with no other check."""
    kept: list[Clause] = []
    for clause in strong:
        alike = [one.check for one in kept if one.kind == clause.kind]
        if alike and (not clause.check or clause.check in alike):
            continue
        kept = [one for one in kept if one.kind != clause.kind or one.check]
        kept.append(clause)
    kinds = {clause.kind for clause in kept}
    if "compare" in kinds:
        kept = [clause for clause in kept if clause.kind != "changes" or clause.named.when]
    if kinds - {"explain", "summary"}:
        kept = [
            clause
            for clause in kept
            if clause.kind != "explain" or clause.check or (clause.asked and scope.of_the_whole(clause))
        ]
    return kept


def _format(clause: Clause) -> Format:
    return next((form for form, spoken in FORMATS if spoken.search(clause.plain)), Format.HTML)


def _joined(before: Filters, now: Filters) -> Filters:
    return Filters(
        now.families or before.families,
        now.severity or before.severity,
        now.namespace or before.namespace,
        now.checks or before.checks,
        now.owner or before.owner,
        now.status or before.status,
    )
