"""Which check a question of one kind is about: of those named, hinted at or spoken of, the likeliest."""

from collections.abc import Mapping, Sequence

from handlers.conversation import scope, vocabulary
from handlers.conversation.evidence import best_mentions
from handlers.conversation.likeness import UNIT, normal
from handlers.conversation.message import Message
from handlers.intents import Filters

NEAR = 3
"""Checks that are considered though nothing names them, because the words are like those of them."""
SCORE = 5.0
"""What scores are divided by, to be of the size of the others."""

Candidates = Mapping[str, Mapping[str, float]]
"""Checks, with what speaks for each; the empty one is none, or the cluster as a whole."""


def candidates(message: Message, kind: str, grammars: str | None, likely: Mapping[str, float]) -> Candidates:
    """Return the checks that a question may be about.

    `grammars` is what the grammar takes it for, null where that is in doubt; `likely` tells of each check how
    much the words are like those about it.
    """
    scores = best_mentions(message)
    near = sorted((check for check in likely if check), key=lambda check: -likely[check])[:NEAR]
    objects = [check for part in message.parts for check in part.named.about_checks]
    topic = message.topic.check
    told = ["", *([topic] if topic else []), *scores]
    checks = dict.fromkeys(told if len(objects) > 1 else [*told, *near, *objects])
    words = [token.word for part in message.parts for token in part.tokens]
    about = {
        "alone": len(message.parts) == 1,
        "points": any(scope.points_at_one(part) for part in message.parts),
        "points at some": any(scope.points(part) for part in message.parts),
        "whole": any(scope.of_the_whole(part) for part in message.parts),
        "leaves": any(scope.leaves(part) for part in message.parts),
        "filters": any(part.named.filters != Filters() for part in message.parts),
        "object": bool(objects),
        "short": len(words) <= scope.SHORT,
        "long": len(words) > 3 * scope.SHORT,
        "sure": any(score >= vocabulary.SAID for score in scores.values()),
        "named": bool(scores),
        "topic": bool(topic),
    }
    shown = [feature for feature, so in about.items() if so]
    return {check: _speaks(message, kind, check, grammars, likely, scores, shown) for check in checks}


def _speaks(
    message: Message,
    kind: str,
    check: str,
    grammars: str | None,
    likely: Mapping[str, float],
    scores: Mapping[str, float],
    told: Sequence[str],
) -> dict[str, float]:
    """Return what speaks for one check."""
    spoken_of = bool(check) and check == message.topic.check
    source = "topic" if spoken_of else "none" if not check else "named" if check in scores else "near"
    if source == "topic" and check in scores:
        source = "both"
    found = {
        f"{source}": 1.0,
        f"{source} {kind}": 1.0,
        f"like {source}": likely["" if source == "topic" else check],
        "like": likely[check],
        "ahead": likely[check] - max(value for other, value in likely.items() if other != check),
    }
    found |= {f"{source} {feature}": 1.0 for feature in told}
    if grammars is not None:
        found[f"grammar {source}" if grammars == check else f"not grammar {source}"] = 1.0
    if grammars == check and check:
        found[f"grammar {kind}"] = 1.0
    score = scores.get(check, 0.0)
    others = max((value for other, value in scores.items() if other != check), default=0.0)
    if score:
        first = next(iter(scores))
        found |= {
            "score": min(score, 10.0) / SCORE,
            "above": max(min(score - others, 5.0), -5.0) / SCORE,
            "most": float(check == first),
            "hint": float(score < vocabulary.SAID),
            "id": float(score >= vocabulary.NAME),
        }
        found |= dict.fromkeys(_where(message, check, kind), 1.0)
    elif any(check in part.named.about_checks for part in message.parts):
        found["of the object"] = 1.0
    return found


def _where(message: Message, check: str, kind: str) -> list[str]:
    """Return where among the clauses it is named."""
    asking = max(message.parts, key=lambda part: (part.strong, part.asked, part.weight))
    of_kind = [part for part in message.parts if part.kinds and kind in part.kinds]
    held = [at for at, part in enumerate(message.parts) if any(it.check == check for it in part.mentions)]
    told = {
        "in asking": any(message.parts[at] is asking for at in held),
        "in a question": any(message.parts[at].asked for at in held),
        "with kind": any(message.parts[at] is one for at in held for one in of_kind),
        "first clause": held[0] == 0,
        "last clause": held[-1] == len(message.parts) - 1,
        "best there": any(message.parts[at].mentions[0].check == check for at in held),
        "statement": all(message.parts[at].statement for at in held),
    }
    places = {
        it.check: (at, min(it.at))
        for at, part in reversed(list(enumerate(message.parts)))
        for it in part.mentions
        if it.score >= vocabulary.SAID
    }
    if check in places and len(places) > 1:
        told["named first"] = places[check] == min(places.values())
        told["named last"] = places[check] == max(places.values())
    return [feature for feature, so in told.items() if so]


def chosen(found: Candidates, weights: Mapping[str, int]) -> dict[str, float]:
    """Return the logarithm of how likely each check is."""
    sums = [
        sum(value * weights.get(feature, 0) for feature, value in row.items()) / UNIT
        for row in found.values()
    ]
    return dict(zip(found, normal(sums), strict=True))
