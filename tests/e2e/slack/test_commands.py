"""Everything that can be typed and clicked, with two clusters that were checked once."""

import pytest

from deploy.sandbox.slack.model import Message
from deploy.sandbox.slack.seeing import words_of
from tests.bot.cluster.manifests import deployment
from tests.e2e.slack.person import Person, buttons
from tests.e2e.slack.stage import Stage

pytestmark = pytest.mark.e2e

CLUSTERS = [
    {"name": "prod", "aliases": ["eu"], "environment": "live"},
    {"name": "staging", "environment": "test"},
]


@pytest.fixture
async def alice(hasty: Stage) -> Person:
    """Alice, where both clusters were checked; prod twice, with one new Deployment."""
    hasty.configuration = {"clusters": CLUSTERS}
    await hasty.bot()
    alice = Person(hasty)
    await alice.types("staging", "Full report")
    await alice.types("prod", "Full report")
    hasty.clusters[0].apply(deployment("pay"))
    await alice.types("prod", "What changed")
    await hasty.finished("prod")
    return alice


async def test_help_offers_the_clusters_and_a_click_checks_one(hasty: Stage) -> None:
    await hasty.bot()
    alice = Person(hasty)
    shown = await alice.types("", "Is this cluster ready for production?", alone=True)
    assert buttons(shown) == ["prod", "staging"]
    root = await alice.clicks(shown, "staging", "*Checking*  `staging`")
    assert not root.thread_ts
    await hasty.finished("staging")
    assert not [said for said in hasty.whispers("alice") if "ready for production?" in said]


EVERYONE = {
    "show prod": "last read",
    "last eu": "*NOT READY*  `prod`",
    "show live family:workloads": "Shown: workloads; ",
    "show prod sev:high ns:shop": "Shown: severity high and above, namespace shop;",
    "show prod check:rollouts": "*Every rollout is complete",
    "“prod” diff": "*What changed*  `prod`",
    "diff prod since 7d": "*What changed*  `prod`",
    "what changed in prod since yesterday?": "*What changed*  `prod`",
    "how to fix prod": "*How to fix*  `prod`",
    "fix eu disruption-budgets": "Waive the check",
    "compare prod staging": "Where they differ; `prod` comes first",
    "Staging VS prod": "Where they differ; `staging` comes first",
    "history prod": "2 runs, last run just now",
    "trend LIVE": "*History*  `prod`",
    "explain disruption budgets": "*Every replicated workload has a disruption budget*",
    "why disruption_budgets in prod?": "*fail* on `prod`",
    "rbac prod": "kubectl apply -f clusterrole.yaml",
    "prod SEVERITY=Critical": "Shown: severity critical and above",
}
ALONE = {
    "help": "Is this cluster ready for production?",
    "help waive": "/readiness waive cluster-a image-tags",
    "diff help": "/readiness diff CLUSTER [since AGE or RUN]",
    "list": "*Clusters*  2 NOT READY",
    "ls": "*`staging`*",
    "waivers": "Nothing is waived or attested on any cluster.",
    "waivers prod": "Nothing is waived or attested on `prod`.",
    "diff staging since 7d": "there is no run of staging from before to compare with",
    "diff prod since 20200101": "prod has no run 20200101",
    "show prod run:20200101": "prod has no run 20200101",
    "audit": "you may not see the audit log",
    "waive prod": "you may not waive findings on prod",
    "attest prod": "you may not attest checks on prod",
    "edit w-123456": "there is no waiver or attestation w-123456",
    "prod page:2": "`check` takes no page",
    "prod sev:hgih": "there is no severity `hgih`",
    "compare prod": "`compare` needs two clusters",
    "diff": "`diff` needs a cluster",
}


TYPOS = {
    "prdo": ("check prod", "*Checking*  `prod`"),
    "dif prod": ("diff prod", "changed"),
    "explain rollout": ("explain rollouts", "*Every rollout is complete"),
    "show prod famly:security": ("show prod family:security", "Shown: security"),
    "show prod family:securty": ("show prod family:security", "Shown: security"),
    "histroy eu": ("history prod", "*History*  `prod`"),
    "compare prod stagin": ("compare prod staging", "Where they differ"),
}


async def test_what_is_typed_is_answered(alice: Person) -> None:
    for said, words in EVERYONE.items():
        assert not (await alice.types(said, words)).only_for, said
    for said, words in ALONE.items():
        assert (await alice.types(said, words, alone=True)).only_for, said


async def test_typos_are_offered_put_right_and_the_offer_goes_with_the_click(alice: Person) -> None:
    for said, (offered, answer) in TYPOS.items():
        unclear = await alice.types(said, "Did you mean:", alone=True)
        await alice.clicks(unclear, offered, answer)
        await alice.goes(unclear)
    unclear = await alice.types("waivres", "Did you mean:", alone=True)
    await alice.presses(unclear, "waivers")
    assert await alice.sees("Nothing is waived", alone=True) is unclear


async def test_pages_lead_to_the_last_and_hold_everything(alice: Person) -> None:
    stage, many = alice.stage, range(30)
    for number in many:
        stage.clusters[0].apply(deployment(f"web-{number}"))
    root = await alice.types("prod", "Full report")
    await stage.finished("prod")
    everything = next(label for label in buttons(root) if label.startswith("All "))
    for button in (everything, "What changed"):
        said = "\n".join(await _turned(alice, root, button))
        assert all(f"`Deployment shop/web-{number}" in said for number in many), button
    fixes = "\n".join(await _turned(alice, root, "How to fix"))
    assert "1 to 4 of 20 failing checks" in fixes
    assert "17 to 20 of 20 failing checks" in fixes


async def _turned(person: Person, root: Message, button: str) -> list[str]:
    """Click to the last page of one message; return the words of every page."""
    message = await person.clicks(root, button, "\n1 to ")
    assert message.thread_ts == root.ts
    replies = len(person.stage.replies(root))
    pages = [words_of(message)]
    while "Next" in buttons(message):
        assert len(pages) < 50
        pages.append(await person.turns(message, "Next"))
        assert "Previous" in buttons(message)
    assert len(person.stage.replies(root)) == replies
    return pages
