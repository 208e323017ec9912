"""What a message is judged by: its words, its letters, its shape, and what the grammar found in it."""

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise

from handlers.conversation import scope, vocabulary
from handlers.conversation.clauses import Clause
from handlers.conversation.message import Message
from handlers.conversation.naming import SEVERAL, UNKNOWN, name
from handlers.conversation.wording import small, stem
from handlers.intents import Filters, Intent

PART, THREE = 0.5, 0.7
"""What a part of a word, and three words weigh beside a word."""
APART = 5
"""Words within which two are taken together."""
GRAMMAR = "grammar: "
"""How features begin that say what the grammar found."""
NEAR = -0.3
"""Margin from which on words are like those about a check."""
SUREST = 8.0
"""Score of a mention above which more makes no difference."""
GRAMS = (3, 4, 5)
MOST = 4
"""Clauses and strange words beyond which more of them say no more."""
LENGTHS = (3, 5, 8, 12, 16, 25)
NAMES = frozenset({"SELF", "OTHER", "NAMESPACE", "OWNER", "WHEN", "OBJECT"})
"""Marks of what has nothing to do with which check is meant."""

Evidence = dict[str, float]


def of_kind(message: Message, found: tuple[Intent, ...], checks: Mapping[str, float]) -> Evidence:
    """Return what tells which kind of question it is.

    `found` is what the grammar takes it for, `checks` how much its words are like those about each check.
    """
    shape = dict.fromkeys((*_shape(message), *_grammars(message, found), *_near(checks)), 1.0)
    return _even(dict(_words(message)), dict.fromkeys(_pairs(message), 1.0), _letters(message), shape)


def of_check(message: Message) -> Evidence:
    """Return what tells which check it is about."""
    words: Evidence = {}
    letters: Evidence = {}
    before = "^"
    for part in message.parts:
        for at, token in enumerate(part.tokens):
            mark = part.named.marks.get(at, "")
            if mark in NAMES:
                before = mark
                continue
            word = stem(token.word)
            words |= {word: 1.0, f"{before} {word}": THREE}
            before = word
            if token.word not in small():
                letters |= dict.fromkeys(_grams(token.typed), 1.0)
    scores = best_mentions(message)
    named = {f"mention={check}": min(score, SUREST) / SUREST for check, score in scores.items()}
    return _even(words, letters, named | {f"first={next(iter(scores), '')}": 0.5})


def _even(*groups: Evidence) -> Evidence:
    """Join groups of evidence, each of length one: a long message says no more than a short one."""
    return {
        feature: value / length
        for group in groups
        if (length := math.sqrt(sum(value * value for value in group.values())))
        for feature, value in group.items()
    }


def best_mentions(message: Message) -> Mapping[str, float]:
    """Return the checks that are named anywhere with how surely, the surest first."""
    scores: Evidence = {}
    for mention in (mention for part in message.parts for mention in part.mentions):
        scores[mention.check] = max(mention.score, scores.get(mention.check, 0.0))
    return dict(sorted(scores.items(), key=lambda item: -item[1]))


def _letters(message: Message) -> Evidence:
    return {gram: 1.0 for part in message.parts for token in part.tokens for gram in _grams(token.typed)}


def _near(checks: Mapping[str, float]) -> Iterator[str]:
    nearest = max((check for check in checks if check), key=lambda check: checks[check])
    yield f"near{_level(checks[nearest])}"
    yield f"near none{_level(checks[''])}"
    if checks[nearest] > NEAR:
        yield f"near={nearest}"


def _level(margin: float) -> int:
    return int(max(min((margin + 1.2) * 3, 6), 0))


def _grams(typed: str) -> Iterator[str]:
    word = f"<{typed}>"
    return (f"@{word[at : at + size]}" for size in GRAMS for at in range(len(word) - size + 1))


def _words(message: Message) -> Iterator[tuple[str, float]]:
    words = " . ".join(part.marked for part in message.parts).split()
    for word in words:
        yield word, 1.0
        if word.islower():
            yield f"~{stem(word)}", PART
    ends = ["^", *words, "$"]
    for pair in pairwise(ends):
        yield " ".join(pair), 1.0
    for three in zip(ends, ends[1:], ends[2:], strict=False):
        yield " ".join(three), THREE
    for part in message.parts:
        for word in part.plain.split():
            yield f"'{word}", PART


def _pairs(message: Message) -> Iterator[str]:
    words = " . ".join(part.marked for part in message.parts).split()
    for at, word in enumerate(words):
        yield from (f"{word}..{other}" for other in words[at + 1 : at + 1 + APART])


def _shape(message: Message) -> Iterator[str]:
    parts, topic = message.parts, message.topic
    length = sum(len(part.tokens) for part in parts)
    yield f"#{next((bound for bound in LENGTHS if length < bound), 'long')}"
    yield f"#clauses{min(len(parts), MOST)}"
    yield f"#strange{min(sum(part.strange for part in parts), MOST)}"
    text = " ".join(part.text for part in parts)
    told = {
        "#asked": any(part.asked for part in parts),
        "#mark": "?" in text,
        "#end": text.rstrip().endswith("?"),
        "#later": bool(topic.check),
        "#statement": any(part.statement for part in parts),
        "#nonsense": message.nonsense,
    }
    yield from (feature for feature, so in told.items() if so)
    if topic.question:
        yield f"#before={topic.question.kind}"


def _grammars(message: Message, found: tuple[Intent, ...]) -> Iterator[str]:
    kinds = [name(intent) for intent in found] or [UNKNOWN]
    one = kinds[0] if len(set(kinds)) == 1 else SEVERAL
    yield f"{GRAMMAR}{one}"
    yield f"{GRAMMAR}#{min(len(found), MOST)}"
    yield from (f"{GRAMMAR}among {kind}" for kind in kinds)
    if message.goes_on(kinds[0]):
        yield f"{GRAMMAR}goes on"
    if found:
        check = getattr(found[0], "check", "")
        yield f"{GRAMMAR}{one}{'+' if check else '-'}"
        yield f"{GRAMMAR}about {'topic' if check and check == message.topic.check else bool(check)}"
    for part in message.parts:
        yield from _clauses(part)
    sure = [check for check, score in best_mentions(message).items() if score >= vocabulary.SAID]
    yield f"checks{min(len(sure), MOST)}"


def _clauses(part: Clause) -> Iterator[str]:
    yield from (f"{GRAMMAR}cue {kind}" for kind in part.kinds)
    yield f"{GRAMMAR}top {part.kind}"
    yield f"{GRAMMAR}top {part.kind}{int(part.weight)}"
    yield from (f"has={mark}" for mark in part.named.marks.values())
    named = part.named
    told = {
        "filters": named.filters != Filters(),
        "when": bool(named.when),
        "others": bool(named.others),
        "foreign": named.foreign,
        "object": bool(named.about),
        "check": bool(part.check),
        "hint": bool(part.mentions) and not part.check,
        "torn": part.torn,
        "further": bool(part.further),
        "points": scope.points(part),
        "points at one": scope.points_at_one(part),
        "whole": scope.of_the_whole(part),
        "leaves": scope.leaves(part),
    }
    yield from (f"has={feature}" for feature, so in told.items() if so)
