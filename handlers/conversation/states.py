"""Words for what became of a check: "which ones could you not read?", "show the passing ones"."""

import re

from checks.presentation.grouping import Outcome

NOT = r"(?:could ?n[o']?t|can ?n[o']?t|cannot|can't|couldn't|weren't|wasn't|not|never|un)"
READ = r"(?:judged?|read(?:able)?|seen?|checked?|evaluated?|assessed?|verif(?:y|ied)|accessed?|looked at)"
STATES = (
    (
        Outcome.UNKNOWN,
        re.compile(
            rf"\b{NOT}(?: (?:you|it|the bot|be|been|even|fully|at all|all))* ?{READ}\b"
            r"|\bunknowns?\b(?! (?:error|host|authority|field))|\bundetermined\b|\bblind spots?\b"
            r"|\b(?:failed|unable|forbidden|not allowed) to (?:be )?(?:read|judge|see|check)"
        ),
    ),
    (
        Outcome.NOT_APPLICABLE,
        re.compile(r"\b(?:do|does|did)(?: not|n't) apply\b|\bnot applicable\b|\bn/a\b|\binapplicable\b"),
    ),
    (
        Outcome.WAIVED,
        re.compile(
            r"\bwaive[ds]?\b|\bwaivers?\b|\b(?:exceptions?|exemptions?|exempt(?:ed)?)\b"
            r"|\baccepted risks?\b|\bsilenced\b"
            r"|\bsigned off\b"
        ),
    ),
    (
        Outcome.PASS,
        re.compile(
            r"(?<!not )(?<!n't )\bpass(?:es|ed|ing)?\b(?! (?:in|to|through|by)\b)"
            r"|\b(?:green|healthy|successful) (?:ones?|checks?)"
            r"|\bchecks? (?:is|are) (?:green|ok|fine|healthy)\b"
            r"|\b(?:what|which(?: ones?| checks?)?) (?:is|are)(?: already)? (?:green|ok|okay|fine|good)\b"
        ),
    ),
)


def named(said: str) -> Outcome | None:
    """Return what became of the checks that a sentence in lower case asks for; null where it tells none."""
    return next((outcome for outcome, spoken in STATES if spoken.search(said)), None)
