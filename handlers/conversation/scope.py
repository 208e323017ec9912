"""How far a clause reaches that names no check: the whole report, what was spoken of last, or neither."""

import re
from collections.abc import Mapping

from handlers.conversation.clauses import Clause

SHORT = 3
"""Words of a question that is understood whatever it leaves out: "which ones?"."""
POINTING = re.compile(r"\b(?:it|this|that|them|these|those|they|there|ones?)\b")
POINTED = re.compile(
    r"\b(?:(?:it|that one|this one)\b|(?:this|that)(?= (?:until|for|because|since|as|we|i|it|vendor|check"
    r"|finding)\b|$))"
)
IT = re.compile(
    r"\b(?:it|this|that)\b(?! (?:week|month|year|morning|sprint|cluster|system|environment|report|bot))"
)
WHOLE = re.compile(
    r"\b(?:cluster|everything|all|every|any|anything|overall|in general|report|checks|findings|problems"
    r"|issues|we|us|trend|score|status|prod|production|live)\b"
)
A_RUN = re.compile(
    r"\b(?:a|the|new|fresh|another|this|full|checks) (?:\w+ )?(?:runs?|scan|assessment|analysis|audit|look)\b"
    r"|\ball\b"
)
FORMAL = re.compile(
    r"\b(?:it|this|that|them|these|those|findings?|checks?|risks?|exceptions?|waivers?|exemptions?|attest\w*"
    r"|confirm\w*|issues?|problems?|warnings?|one|everything|all|waive|ignore|snooze|mute|nagging|complaining)\b"
)
LEAVES = re.compile(
    r"\b(?:(?:anything|something|nothing|what) else|besides|apart from|aside from|other than|otherwise"
    r"|the (?:rest|others?)|remaining|overall|all in all|in (?:general|total|sum)|altogether|generally|whole"
    r"|entire|(?:full|big|bigger) picture|everything|never ?mind|(?:leave|forget) (?:it|that)|by the way|btw"
    r"|unrelated|separately|moving on|(?:another|different) (?:thing|topic|question|matter|subject)"
    r"|next topic|back to)\b"
)
ASIDE = re.compile(
    r"\b(?:apart from|aside from|besides|other than|except(?: for)?|leave|forget|never ?mind)"
    r" (?:it|this|that|these|those|them)\b(?! (?:out|off|alone|be|until|till|for)\b)(?: one)?"
)
"""What leaves something behind, rather than to point at it."""
ALIKE = re.compile(r"\b(?:same|too|also|as well|it|this|that|these|those)\b")
ALL_OF_IT = re.compile(r"\b(?:cluster|everything|report|checks|findings|trend|score)\b")
FAILING = re.compile(
    r"\b(?:fail\w*|findings?|issues?|problems?|checks?|errors?|violations?|warnings?|gaps?|broken|wrong|red"
    r"|open|bad|ones|offenders?|culprits?|trouble\w*|everything|anything|stuff|what|to do|not ok|not ready"
    r"|unhealthy|risks?|blockers?)\b"
)
TROUBLED = re.compile(
    r"\b(?:why|wrong|ok|okay|fine|fail\w*|healthy|problems?|issues?|about|up with|happen\w*|matter|status"
    r"|state|broken|down|red|explain|bad|good|crash\w*|findings?|how|fix|unhealthy|missing|complain\w*|not)\b"
)
FIRST = re.compile(
    r"\b(?:it|this|that|them|these|those|first|start|begin|next|now|tackle|priority|green|pass|ready|live|improve"
    r"|score)\b"
)
TELLING: Mapping[str, re.Pattern[str]] = {
    "list": FAILING,
    "fix": re.compile(f"{FAILING.pattern}|{FIRST.pattern}"),
}
"""What a question of a kind must say where it names no check: people list and mend other things as well."""


def points(clause: Clause) -> bool:
    """Whether a clause says "it" or "those"."""
    return bool(POINTING.search(ASIDE.sub("", clause.plain)))


def points_at_one(clause: Clause) -> bool:
    """Whether it says "it", and does not mean the cluster."""
    return bool(IT.search(ASIDE.sub("", clause.plain)))


def points_before(clause: Clause) -> bool:
    """Whether it says "that" or "this one" before it names any check."""
    said = POINTED.search(" ".join(token.word for token in clause.tokens[: _first(clause)]))
    return bool(said)


def of_a_form(clause: Clause) -> bool:
    """Whether what is accepted or confirmed is a finding or a check, though it is not said which."""
    return bool(FORMAL.search(clause.plain))


def _first(clause: Clause) -> int:
    return min((at for mention in clause.mentions for at in mention.at), default=len(clause.tokens))


def of_the_whole(clause: Clause) -> bool:
    """Whether a clause says that it is about all of a cluster."""
    return bool(WHOLE.search(clause.plain))


def leaves(clause: Clause) -> bool:
    """Whether a clause may be about something else than what was spoken of last."""
    return bool(LEAVES.search(clause.plain))


def of_the_last(clause: Clause, kind: str) -> bool:
    """Whether a clause says so little that it must be about the check that was spoken of last."""
    if kind == "compare" and ALIKE.search(clause.plain):
        return True
    if kind == "rerun" and A_RUN.search(clause.plain):
        return False
    if leaves(clause) or clause.named.filters.families or (kind == "list" and of_the_whole(clause)):
        return False
    return points(clause) or not ALL_OF_IT.search(clause.plain)


def of_a_report(clause: Clause, kind: str) -> bool:
    """Whether a question without a check is about what a report tells, rather than what a cluster has."""
    if clause.named.about and kind in ("explain", "fix", "list"):
        return bool(TROUBLED.search(clause.plain)) or len(clause.tokens) <= SHORT
    filters = clause.named.filters
    telling = TELLING.get(kind)
    told = filters.severity or filters.families or filters.owner or len(clause.tokens) <= SHORT
    return not telling or bool(told) or bool(telling.search(clause.plain))
