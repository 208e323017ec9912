"""Learn `handlers/conversation/data/likeness.json` from labelled phrasings.

Linear support vector machines tell the kind of question and the check; a logit chooses among the checks that
are near. `make docs` writes the file where what it was learnt from has changed, which a digest in it tells.
"""

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from msgspec import Struct, structs
from sklearn.feature_extraction import DictVectorizer  # type: ignore[import-untyped]
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

from checks.catalogue import BY_ID, CATALOGUE
from deploy.phrasings.logit import Group, logit
from deploy.sandbox.bench.understanding import CLUSTERS, NOW, OWN, Phrasing, phrasings, sample, topic
from handlers.conversation import choosing, evidence, scope
from handlers.conversation.likeness import ALWAYS, UNIT, Likeness, Model
from handlers.conversation.message import Message
from handlers.conversation.naming import SEVERAL, UNKNOWN
from handlers.conversation.topic import Topic
from handlers.conversation.understanding import read
from handlers.conversation.weighing import grammars
from handlers.intents import Intent, Kind, Question

ROOT: Final = Path(__file__).parents[2]
WRITTEN: Final = ROOT / "handlers/conversation/data/likeness.json"
PHRASINGS: Final = (
    *sorted((ROOT / "deploy/phrasings").glob("*.yaml")),
    ROOT / "tests/handlers/conversation/phrasings.yaml",
)
NAMED: Final = ROOT / "tests/handlers/conversation/named.yaml"
LEARNT_FROM: Final = (
    *PHRASINGS,
    NAMED,
    *sorted((ROOT / "deploy/phrasings").glob("*.py")),
    *sorted((ROOT / "handlers/conversation/data").glob("*.yaml")),
    *(ROOT / "handlers/conversation" / f"{name}.py" for name in ("evidence", "choosing")),
)
LATER: Final = 2
"""Of how many phrasings one is learnt from in a conversation about another check too."""
ANY: Final = "?"
"""The check of phrasings that are labelled with their kind only."""
FITTED: Final = ("examples", "tuning", "phrasings", "named")
"""Sources that the grammar was made to fit: what it finds there says nothing of other words."""
PARTS: Final = 8
"""Groups of sources, each of which is judged by what was learnt from the others."""
OPEN: Final = (UNKNOWN, SEVERAL, "export", "help")
"""Kinds that have no check."""
TIMES: Final = 5
"""How often a feature must be seen to be learnt from."""
KINDS_LEAST: Final = 0.06
CHECKS_LEAST: Final = 0.08
"""Weights below which none is kept: they make the file longer and hardly a difference."""


class Read(Struct, frozen=True):
    """A phrasing of one source, taken apart."""

    source: str
    phrasing: Phrasing
    message: Message
    found: tuple[Intent, ...]

    @property
    def kind(self) -> str:
        """The kind of question that it is."""
        return SEVERAL if self.phrasing.more else _all(self.phrasing.intent)[0]

    @property
    def named(self) -> bool:
        """Whether it is known which check it is about."""
        return self.phrasing.check != ANY and not self.phrasing.more

    @property
    def check(self) -> str:
        """The check that its words tell; none where it only follows on one that was spoken of."""
        checks, before = _all(self.phrasing.check), self.message.topic.check
        silent = before in checks and before not in evidence.best_mentions(self.message)
        return "" if silent else checks[0]


def written() -> str:
    """Return the file: as it is where nothing has changed that it was learnt from."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in LEARNT_FROM)).hexdigest()
    known = WRITTEN.read_text() if WRITTEN.is_file() else ""
    return known if digest in known[:200] else _text(learn(list(examples()), digest))


def examples() -> Iterator[Read]:
    """Yield what is learnt from."""
    tables = {path.stem: phrasings(path) for path in PHRASINGS} | {NAMED.stem: tuple(_named())}
    for source, table in tables.items():
        for phrasing in table:
            message = read(phrasing.said, topic(phrasing), CLUSTERS, sample(), NOW)
            if message.parts:
                yield Read(source, phrasing, message, message.intents())


def _named() -> Iterator[Phrasing]:
    """Yield what people say of each check, most of it symptoms, which are to be explained."""
    for check, spoken in msgspec.yaml.decode(NAMED.read_bytes(), type=dict[str, tuple[str, ...]]).items():
        known = check in BY_ID
        yield from (
            Phrasing(said, Kind.EXPLAIN if known else UNKNOWN, check if known else "") for said in spoken
        )


def learn(rows: Sequence[Read], digest: str) -> Likeness:
    """Learn everything; what the kinds and the choice go by is what words say to a model without them."""
    checks = _checks(rows)
    parts = {source: at % PARTS for at, source in enumerate(sorted({row.source for row in rows}))}
    models = [_checks([row for row in rows if parts[row.source] != part]) for part in range(PARTS)]
    margins = [models[parts[row.source]].margins(evidence.of_check(row.message)) for row in rows]
    told = [*zip(rows, margins, strict=True)]
    told += [(later, near) for at, (row, near) in enumerate(told) if (later := _later(row, at))]
    kinds = _model([_of_kind(row, near) for row, near in told], [row.kind for row, _ in told], KINDS_LEAST)
    fresh = [(row, near) for row, near in told if row.source not in FITTED]
    choices = [_choice(row, near) for row, near in fresh if row.named and row.kind not in OPEN]
    weights = logit([group for group in choices if any(group.right)])
    choice = {feature: round(UNIT * weight) for feature, weight in weights.items()}
    return Likeness(digest, kinds, checks, choice)


def _of_kind(row: Read, near: Mapping[str, float]) -> Mapping[str, float]:
    found = evidence.of_kind(row.message, row.found, near)
    fitted = row.source in FITTED
    return {key: value for key, value in found.items() if not (fitted and key.startswith(evidence.GRAMMAR))}


def _checks(rows: Sequence[Read]) -> Model:
    known = [row for row in rows if row.named]
    evidences = [evidence.of_check(row.message) for row in known]
    return _model(evidences, [row.check for row in known], CHECKS_LEAST)


def _model(evidences: Sequence[Mapping[str, float]], meant: Sequence[str], least: float) -> Model:
    times = Counter(feature for found in evidences for feature in found)
    kept = [{key: value for key, value in found.items() if times[key] >= TIMES} for found in evidences]
    table = DictVectorizer()
    rows = table.fit_transform(kept)
    rows.indices, rows.indptr = rows.indices.astype(np.int32), rows.indptr.astype(np.int32)
    machine = LinearSVC(tol=1e-2, random_state=1).fit(rows, meant)
    columns = [*zip(table.get_feature_names_out(), machine.coef_.T, strict=True)]
    weights = {str(feature): _row(column, least) for feature, column in columns}
    weights[ALWAYS] = _row(machine.intercept_, 0)
    return Model(tuple(map(str, machine.classes_)), {key: row for key, row in weights.items() if row})


def _row(weights: Sequence[float], least: float) -> tuple[int, ...]:
    told = ((at, round(UNIT * weight)) for at, weight in enumerate(weights) if abs(weight) >= least)
    return tuple(value for pair in told for value in pair)


def _choice(row: Read, near: Mapping[str, float]) -> Group:
    found = choosing.candidates(row.message, row.kind, grammars(row.message, row.kind), near)
    return Group(list(found.values()), [check in _all(row.phrasing.check) for check in found])


def _later(row: Read, at: int) -> Read | None:
    """Return a question as it is asked after one of another check, where it means the same then."""
    check = CATALOGUE[at // LATER % len(CATALOGUE)].id
    if at % LATER or row.phrasing.context or row.phrasing.more or check in _all(row.phrasing.check):
        return None
    before = Question(Kind.EXPLAIN, OWN, check)
    message = dataclasses.replace(row.message, topic=Topic(OWN, check=check, question=before))
    # "Is it backed up?" is about what was spoken of; so is "why?", unless the grammar knows better.
    whole = _all(row.phrasing.check) == ("",) and row.kind not in OPEN
    if any(map(scope.points_at_one, message.parts)) or (whole and grammars(message, row.kind) != ""):
        return None
    return structs.replace(row, message=message, found=message.intents())


def _text(learnt: Likeness) -> str:
    """Write it with a feature a line."""
    shown = partial(json.dumps, separators=(",", ":"))
    models = {
        name: f'{{"classes":{shown(model.classes)},"features":{{\n'
        + ",\n".join(f"{shown(key)}:{shown(row)}" for key, row in sorted(model.features.items()))
        + "}}"
        for name, model in (("kinds", learnt.kinds), ("checks", learnt.checks))
    }
    return (
        f'{{"learnt_from":"{learnt.learnt_from}",\n"kinds":{models["kinds"]},\n"checks":{models["checks"]},\n'
        f'"choice":{json.dumps(learnt.choice, indent=0, sort_keys=True)}}}\n'
    )


def _all(acceptable: str | tuple[str, ...]) -> tuple[str, ...]:
    return (acceptable,) if isinstance(acceptable, str) else acceptable
