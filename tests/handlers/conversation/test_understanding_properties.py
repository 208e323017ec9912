"""Whatever is said, something becomes of it; and nothing is named that the asker may not see."""

from hypothesis import example, given
from hypothesis import strategies as st

from deploy.sandbox.bench.understanding import CLUSTERS, NOW, OWN, sample
from handlers.conversation.phrases import LONGEST, spoken
from handlers.conversation.topic import Topic
from handlers.conversation.understanding import understand
from handlers.grammar import parse, to_command
from handlers.intents import Ask, Attest, Export, Guess, Kind, Question, Run, Unclear, Waive
from tests.handlers.conversation.test_phrasings import TABLE

REPORT = sample()
SAID = [phrasing.said for phrasing in TABLE]
WORDS = sorted({word for said in SAID for word in said.split()})
TOPICS = st.sampled_from(
    [Topic(OWN), Topic(), Topic(OWN, check="replicas", question=Question(Kind.LIST, OWN, "replicas"))]
)
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join),
    st.tuples(st.sampled_from(SAID), st.text(max_size=30), st.sampled_from(SAID)).map("".join),
)


@given(said=TEXTS, topic=TOPICS)
@example(said="a " * 5_000, topic=Topic(OWN))
@example(said="why " * 600, topic=Topic(OWN))
@example(said="ignore it until 9999-12-31 for 9999 years since 0000-00-00", topic=Topic(OWN))
@example(said="since 99999999999 weeks until february 31st", topic=Topic(OWN))
@example(said="\u0130\u0130 team \u0130 namespace \ud800", topic=Topic(OWN))
def test_every_text_becomes_one_to_three_intents(said: str, topic: Topic) -> None:
    intents = understand(said, topic, CLUSTERS, REPORT, NOW)
    assert 1 <= len(intents) <= 3
    for intent in intents:
        assert 0 < len(spoken(intent)) <= LONGEST or isinstance(intent, Unclear)
        if isinstance(intent, Unclear):
            assert len(intents) == 1
            assert len(intent.meanings) <= 3


@given(said=TEXTS)
def test_whatever_is_understood_can_be_typed(said: str) -> None:
    for intent in understand(said, Topic(OWN), CLUSTERS, REPORT, NOW):
        if isinstance(intent, Unclear):
            for meaning in intent.meanings:
                assert not isinstance(parse(meaning, CLUSTERS), Unclear)
            continue
        doubts = intent.doubts if isinstance(intent, Guess) else ()
        sure = intent.intent if isinstance(intent, Guess) else intent
        for meant in (sure, *doubts):
            assert parse(to_command(meant), CLUSTERS) == meant
        assert sure not in doubts


@given(said=TEXTS)
def test_only_clusters_that_are_visible_are_named(said: str) -> None:
    visible = [cluster for cluster in CLUSTERS if cluster.name == OWN]
    for intent in understand(f"{said} staging", Topic(), visible, REPORT, NOW):
        match intent:
            case Question():
                assert intent.cluster == OWN
                assert not intent.other
            case Run() | Waive() | Attest() | Export():
                assert intent.cluster == OWN
            case Unclear():
                assert all(parse(meaning, visible) for meaning in intent.meanings)
                assert all(_cluster(meaning) in (OWN, "") for meaning in intent.meanings)


def _cluster(meaning: str) -> str:
    match parse(meaning, CLUSTERS):
        case Question(cluster=cluster) | Ask(cluster=cluster):
            return cluster
    return ""
