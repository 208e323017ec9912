"""What may have been meant by the words of a schedule that say no time, or name nothing that there is."""

import re
from collections.abc import Iterator, Sequence

from handlers.language.confusion import Confused, Sentence, near, quoted, replaced, without
from handlers.language.names import Visible
from handlers.language.plans import CHANNEL, FLAGS
from handlers.language.words import Word
from handlers.schedules import mending, zones
from handlers.schedules.mending import Mend

HELP = (Word("help"), Word("schedule"))
GLOB = re.compile(r"[*?\[]")


class Slips:
    """Puts words right. `left` are the places of those among which a time is looked for."""

    def __init__(self, words: Sentence, left: Sequence[int], clusters: Visible) -> None:
        self._words, self._left, self._clusters = words, left, clusters
        self._sentence = (Word("schedule"), *words)

    def timed(self) -> list[Sentence]:
        """Return what may have been meant where a time is wrong; how to say one where that is open."""
        return [*self._timed()] or [HELP]

    def unknown(self, word: str, at: int) -> Confused:
        """Explain a word that is no cluster, nor anything else."""
        if mends := self._mends(at):
            return self._mistimed(word, at, mends)
        if mending.is_shifted(word):
            return Confused(f"there is no time zone {quoted(word)}: {zones.EXAMPLE}", [HELP])
        if flags := near(word, dict.fromkeys(FLAGS.values()), 1) if "-" in word[1:] else []:
            why = f"{quoted(word)} is neither a cluster nor an option: did you mean {quoted(flags[0])}?"
            return Confused(why, [replaced(self._sentence, at + 1, Word(flags[0])), *self._close(word, at)])
        matched = f"no cluster matches {quoted(word)}" if GLOB.search(word) else ""
        close = self._close(word, at)
        before = self._words[at - 1].text.casefold() if at else ""
        if before == "in" and CHANNEL.fullmatch(f"#{word}"):
            close.insert(0, replaced(self._sentence, at + 1, Word(f"#{word}")))
        return Confused(
            matched or f"there is no cluster {quoted(word)}", [*close, without(self._sentence, at + 1)]
        )

    def _mistimed(self, word: str, at: int, mends: Sequence[Mend]) -> Confused:
        what = "time zone" if mends[0].zone else "time"
        said = " or ".join(dict.fromkeys(quoted(" ".join(mend.words)) for mend in mends))
        why = f"{quoted(word)} is neither a cluster nor a {what}: did you mean {said}?"
        respelt = not mends[0].zone and len(mends[0].words) == 1
        return Confused(why, [*map(self._mended, mends), *(self._close(word, at) if respelt else ())])

    def _close(self, word: str, at: int) -> list[Sentence]:
        return [replaced(self._sentence, at + 1, Word(name)) for name in near(word, self._clusters.called)]

    def _timed(self) -> Iterator[Sentence]:
        places = {word.key: at for at, word in enumerate(self._sentence)}
        zone, at = places.get("zone"), places.get("at")
        if zone and not zones.known(self._sentence[zone].text):
            for name in zones.close(self._sentence[zone].text):
                yield replaced(self._sentence, zone, Word(name, "zone"))
        elif at:
            said = self._sentence[at].text.split()
            for mend in mending.mends(said, ()):
                yield replaced(self._sentence, at, Word(" ".join(mend.applied(said)), "at"))
        else:
            yield from map(self._mended, self._mends())

    def _mends(self, of: int | None = None) -> list[Mend]:
        """Return how the words that are left could say a time; those of one word where it is given."""
        texts = [self._words[at].text for at in self._left]
        if of is not None and of not in self._left:
            return []
        place = None if of is None else self._left.index(of)
        return mending.mends(texts, self._clusters.called, of=place)

    def _mended(self, mend: Mend) -> Sentence:
        """Return the sentence with the words of a mend where the first of those was that it replaces."""
        places = [at + 1 for at in self._left[mend.at : mend.end]]
        kept = [(at, word) for at, word in enumerate(self._sentence) if at not in places]
        return (
            *(word for at, word in kept if at < places[0]),
            *map(Word, mend.words),
            *(word for at, word in kept if at > places[0]),
        )
