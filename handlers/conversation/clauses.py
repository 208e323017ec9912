"""A message taken apart: its clauses, and what each of them asks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from checks.catalogue import BY_ID
from handlers.conversation import cues, vocabulary
from handlers.conversation.known import Names
from handlers.conversation.particulars import Named, recognise
from handlers.conversation.vocabulary import Mention
from handlers.conversation.wording import Token, quiet, small
from handlers.intents import Filters
from handlers.language.names import Visible

HAPPENED = (
    "(?:upgrade|update|release|deploy|deployment|rollout|rollback|hotfix|changes?|migration|maintenance"
    "|incident|outage|holidays?|weekend|replacement|reboot|restart|patch|merge|switch|move)"
)
EVENT = re.compile(
    rf"\b(?:(?:since|after|before) (?:the|our|my|last|this|that|\w+day)\b(?: \w+){{0,3}}? {HAPPENED}"
    rf"|with (?:the|our|my|that)(?: \w+)? {HAPPENED} (?:\w+ )?(?:behind|done|finished|over|through))\b"
)
"""What happened before, which nothing is asked about."""
TOLD = frozenset({"i", "we", "it", "they", "he", "she", "there", "nobody", "somebody"})
TELLING = re.compile(
    r"(?:is|are|am|was|were|have|has|had|needs?|do|did|will|want|use|keep|only|just|must|cannot|run|\w+ed)$"
)
BEFORE = re.compile(
    r"(?:do|does|did|can|could|should|must|would|will|shall|may|might|have|has|is|are|was|were|what|which|why"
    r"|how|who|whom|when|where|that|and|or|if|whether|to|of|about|than|like|as|while)$"
)
"""How an aside begins: "..., we run only two"; and what precedes those words where none does."""
STARTS = re.compile(
    r"^(?:please |also |then |so |now |but |and |can you |could you |would you )*"
    r"(?:how|why|what|who|whose|whom|which|where|(?:since|from|until) when|when|for how long|list|show|give"
    r"|send|tell|export|explain|compare|rerun|run|refresh|recheck|ignore|waive|accept|mute|snooze|steps|fix|is|are|does"
    r"|do we|do i|can (?:i|we|you)|could (?:i|we|you)|(?<=please )\w+)\b"
)
"""How a clause begins that asks something."""
AFTER_AND = re.compile(
    r"^(?:and |also |plus |then |but |please |can you |could you |tell me |let me know )+"
    r"(?:how|why|what|who|whose|which|where|(?:since|from|until) when|when|for how long|list|show|give|send"
    r"|export|explain|compare|rerun|run|refresh|recheck|ignore|waive|mute|do we|as|(?:can|could) (?:i|we)"
    r"|(?:is|are|does)(?! (?:not|in|it(?! (?:the same|also))|still|now|also|they)))\b"
)
"""How one begins after another, without a pause."""
JOINING = frozenset({"and", "also", "plus", "then", "but"})
FILLING = JOINING | frozenset(
    {"ok", "okay", "hi", "hey", "hello", "so", "well", "yes", "no", "thanks", "please"}
)
CLOSE = 0.35
"""Difference of scores below which two checks are meant as surely."""
WHOLE_MESSAGE = ("waive", "attest")
"""Kinds whose message is one thing: its other clauses are the reason."""
HYPHENATED = "|".join(check.replace("-", "[-_]") for check in BY_ID if "-" in check)
IDS = re.compile(rf"(?<![\w-])(?:{HYPHENATED})(?![\w-])")
PERSONAL = re.compile(
    r"^(?:ok |okay |hi |hey |hello |and |but |so |well )*(?:i|we|he|she|they|bob|my team|our team)\b"
)
TROUBLED = re.compile(
    r"\b(?:not|no|cannot|never|nothing|nobody|stuck|fail\w*|error\w*|broken|down|wrong|again|missing|keep\w*"
    r"|crash\w*|pending|dying|killed|only|without|slow|lost|forbidden|denied|unauthorized|timeout|unknown|hang\w*"
    r"|still|problem\w*|oom\w*)\b"
)


@dataclass
class Clause:
    """A part of a message that asks one thing at most, and what it speaks of."""

    text: str
    tokens: Sequence[Token]
    named: Named
    mentions: list[Mention]
    kinds: dict[str, float]
    asked: bool
    marked: str
    """The words, with what was recognised replaced by what it is: `CHECK`, `NAMESPACE`."""

    @property
    def plain(self) -> str:
        """The words, put right."""
        return " ".join(token.word for token in self.tokens)

    @property
    def kind(self) -> str:
        """What the heaviest cue tells; empty for none."""
        return next(iter(self.kinds), "")

    @property
    def weight(self) -> float:
        """How heavy that cue is."""
        return next(iter(self.kinds.values()), 0.0)

    @property
    def strong(self) -> bool:
        """Whether it says itself what it asks."""
        return self.weight > cues.WEAK and self.kind != "none"

    @property
    def check(self) -> str:
        """The check that it names for certain; empty for none."""
        sure = self.mentions and self.mentions[0].score >= vocabulary.SAID
        return self.mentions[0].check if sure else ""

    @property
    def torn(self) -> bool:
        """Whether it names two checks about as surely, and not in one breath."""
        if len(self.mentions) < 2 or self.further:
            return False
        first, second = self.mentions[:2]
        return first.check != second.check and first.score - second.score < CLOSE and not first.at & second.at

    @property
    def further(self) -> list[str]:
        """The checks that it names in one breath with that one: "netpols and pdbs"."""
        others = [other for other in self.mentions if self.check and other.check != self.check]
        joined = (
            other.check
            for other in others
            if other.score >= vocabulary.SAID and self._joined(self.mentions[0], other)
        )
        return list(dict.fromkeys(joined))

    def _joined(self, one: Mention, other: Mention) -> bool:
        before, after = sorted((one.at, other.at), key=min)
        between = [token.word for token in self.tokens[max(before) + 1 : min(after)]]
        return not before & after and "and" in between and small().issuperset(between)

    @property
    def subject(self) -> str:
        """The check or the object that it speaks of; empty for neither."""
        return self.mentions[0].check if self.mentions else self.named.about

    @property
    def tells(self) -> bool:
        """Whether it says what it is about, but not what it asks."""
        return (
            not self.strong
            and self.kind != "none"
            and (bool(self.subject) or self.named.filters != Filters() or bool(self.named.when))
        )

    @property
    def statement(self) -> bool:
        """Whether somebody tells something about themselves and asks nothing."""
        personal = bool(PERSONAL.search(self.plain)) and not TROUBLED.search(self.plain)
        return not self.strong and not self.asked and personal

    @property
    def strange(self) -> int:
        """How many words are none that a question about a report would hold."""
        known = {at for mention in self.mentions for at in mention.at} | self.named.marks.keys()
        return sum(
            at not in known
            and token.word not in small()
            and token.word not in quiet()
            and token.word not in cues.words()
            for at, token in enumerate(self.tokens)
            if token.word not in "&%" and not token.word.isdigit()
        )


def clauses(
    text: str, words: Sequence[Token], names: Names, clusters: Visible, own: str, now: datetime
) -> list[Clause]:
    """Take a message apart; one clause where it asks for something that has a reason."""
    whole = clause(text, words, names, clusters, own, now)
    parts = _split(words)
    if (whole.kind in WHOLE_MESSAGE and not _asks_more(whole)) or len(parts) < 2:
        return [whole]
    found = [clause(text, part, names, clusters, own, now) for part in parts]
    for one in found if _asks_more(whole) else ():
        one.kinds.pop("attest", None)
    return found


def clause(
    text: str, words: Sequence[Token], names: Names, clusters: Visible, own: str, now: datetime
) -> Clause:
    """Read one clause of a text in lower case."""
    start, end = (words[0].start, words[-1].end) if words else (0, 0)
    following = re.match(r"[^\w]*", text[end:])
    said = text[start : end + (len(following[0]) if following else 0)]
    shifted = [token._replace(start=token.start - start, end=token.end - start) for token in words]
    named = recognise(said, shifted, names, clusters, own, now)
    spoken = [token.word for token in shifted]
    plain = " ".join(spoken)
    for event in EVENT.finditer(plain):
        first = plain[: event.start()].count(" ")
        named.marks |= dict.fromkeys(range(first + 1, first + event[0].count(" ") + 1), "WHEN")
    found = [*_called(said, shifted), *vocabulary.mentions(spoken, frozenset(named.marks))]
    mentions = _without_aside(spoken, found)
    marked = _marked(shifted, named, mentions)
    kinds = {cue.kind: cue.weight for cue in cues.fitting(plain, marked)}
    return Clause(said, shifted, named, mentions, kinds, "?" in said or bool(STARTS.search(plain)), marked)


def _without_aside(spoken: Sequence[str], mentions: list[Mention]) -> list[Mention]:
    """Leave out checks that are named only where somebody tells more, after the one that they ask about."""
    begins = next(
        (
            at
            for at in range(2, len(spoken) - 1)
            if spoken[at] in TOLD and TELLING.match(spoken[at + 1]) and not BEFORE.match(spoken[at - 1])
        ),
        len(spoken),
    )
    before = [mention for mention in mentions if min(mention.at) < begins]
    return before if any(mention.score >= vocabulary.SAID for mention in before) else mentions


def _called(said: str, words: Sequence[Token]) -> Iterator[Mention]:
    """Yield the checks that are called by their ids."""
    for match in IDS.finditer(said):
        places = (at for at, token in enumerate(words) if match.start() <= token.start < match.end())
        yield Mention(match[0].replace("_", "-"), vocabulary.NAME, frozenset(places))


def _marked(words: Sequence[Token], named: Named, mentions: Sequence[Mention]) -> str:
    marks = dict(named.marks)
    for mention in mentions[:1]:
        if mention.score >= vocabulary.SAID:
            spoken = (at for at in mention.at - marks.keys() if words[at].word not in small())
            marks |= dict.fromkeys(sorted(spoken), "CHECK")
    shown: list[str] = []
    for at, token in enumerate(words):
        mark = marks.get(at)
        if not mark:
            shown.append(token.word)
        elif not shown or shown[-1] != mark:
            shown.append(mark)
    return " ".join(shown)


def _said(part: Sequence[Token]) -> Iterator[str]:
    return (token.word for token in part)


def _asks_more(whole: Clause) -> bool:
    """Whether what looks like a confirmation is a question: "I would like to confirm: since when ...?"."""
    kinds = [kind for kind, weight in whole.kinds.items() if weight > cues.WEAK]
    return whole.kind == "attest" and "?" in whole.text and len(kinds) > 1


def _split(words: Sequence[Token]) -> list[Sequence[Token]]:
    """Part a message where a sentence ends, and where another question begins."""
    parts: list[list[Token]] = []
    for at, token in enumerate(words):
        rest = " ".join(each.word for each in words[at : at + 8])
        begins = token.before == "." or (token.before == "," and STARTS.search(rest))
        begins = begins or (
            token.word in JOINING and AFTER_AND.search(rest) and not FILLING.issuperset(_said(parts[-1]))
            if parts
            else True
        )
        if begins or not parts:
            parts.append([])
        parts[-1].append(token)
    return list(parts)
