"""Time zones by the names of IANA, as people type them."""

from collections.abc import Sequence
from functools import cache, lru_cache
from zoneinfo import available_timezones

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from checks.errors import UsageError
from checks.nearest import nearest

NO_PLACES = {"Factory", "localtime"}
"""What is in the database and says nothing: the zone of the machine, and the lack of one."""
ALMOST = 0.8
"""Share of likeness from which a word with a slash must be meant as a zone."""
LONGEST = 50
"""Letters of a word that could be one."""
FEW = 256
"""Words that are remembered with what was found: a sentence is read in many ways, and a search takes long."""
EXAMPLE = "write it as Europe/Berlin or UTC"


def known(word: str) -> str:
    """Return a zone as IANA writes it, however it was typed; empty where there is none."""
    return _zones().get(word.strip().casefold(), "")


def zone(word: str) -> str:
    """Return a zone as IANA writes it. Raises `UsageError` with the nearest where there is none."""
    found = known(word)
    if not found:
        raise unknown(word)
    return found


def unknown(word: str) -> UsageError:
    """Return the error that says of a word that it is no zone, with the nearest."""
    found = close(word)
    hint = f"did you mean {' or '.join(found)}?" if found else EXAMPLE
    return UsageError(f"there is no time zone {word[:60]}", hint)


@lru_cache(maxsize=FEW)
def close(word: str) -> Sequence[str]:
    """Return the zones that may have been meant by a word that is none, best first."""
    shifted = "/" not in word and any(char.isdecimal() for char in word)  # `UTC+2` is `Etc/GMT-2`: no help
    return of_city(word) or nearly(word) or ([] if shifted else nearest(word, sorted(_zones().values())))


@lru_cache(maxsize=FEW)
def nearly(word: str) -> Sequence[str]:
    """Return the zones of which a word, or a city, is so close to be one that no other can be meant."""
    folded = "_".join(word.casefold().split())
    known = list(_zones() if "/" in folded else _cities())
    score = DamerauLevenshtein.normalized_similarity
    best = process.extractOne(folded, known, scorer=score, score_cutoff=ALMOST)
    if len(word) >= LONGEST or not best:
        return []
    return [_zones()[best[0]]] if "/" in folded else of_city(best[0])


def of_city(word: str) -> list[str]:
    """Return the zones that are named for a city: `berlin`, `New York`."""
    return sorted(_cities().get("_".join(word.casefold().split()), ()))


@lru_cache(maxsize=FEW)
def looks_like_one(word: str) -> bool:
    """Whether a word begins as zones do, `Europe/…`, or nearly is one."""
    area, slash, _ = word.casefold().partition("/")
    score = DamerauLevenshtein.normalized_similarity
    return (
        bool(slash)
        and len(word) < LONGEST
        and (
            area in _areas()
            or bool(process.extractOne(word.casefold(), list(_zones()), scorer=score, score_cutoff=ALMOST))
        )
    )


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones() - NO_PLACES}


@cache
def _areas() -> frozenset[str]:
    return frozenset(name.partition("/")[0] for name in _zones() if "/" in name)


@cache
def _cities() -> dict[str, list[str]]:
    cities: dict[str, list[str]] = {}
    for folded, name in _zones().items():
        if "/" in folded and not folded.startswith("etc/"):
            cities.setdefault(folded.rpartition("/")[2], []).append(name)
    return cities
