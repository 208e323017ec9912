"""What changed, as it is shown."""

from msgspec import structs

from checks.model import Delta
from handlers.render.changes import changes
from tests.bot.output.sample import DELTA, LAPTOP, NOW, SAMPLE, TAKEN
from tests.handlers.render.shown import assert_message, commands, shown


def test_everything_that_differs() -> None:
    assert_message("changes", changes(SAMPLE, DELTA, 1, NOW))


def test_nothing_differs() -> None:
    told = shown(changes(SAMPLE, Delta(TAKEN, "r-0"), 1, NOW))
    assert "Nothing changed on `prod-eu` since run `r-0`, 14 min ago" in told


def test_what_could_not_be_compared_is_no_change() -> None:
    told = shown(changes(SAMPLE, Delta(TAKEN, "r-0", unreadable=("etcd-health", "cni")), 1, NOW))
    assert "Nothing changed on `prod-eu` since run `r-0`, 14 min ago" in told
    assert "; 2 checks not comparable." in told


def test_a_first_run_says_so() -> None:
    message = changes(LAPTOP, None, 1, NOW)
    assert "There is no earlier run of `kind-dev` to compare with" in shown(message)
    assert commands(message) == {"Run again": "check kind-dev"}


def test_many_changes_are_paged_without_loss() -> None:
    many = structs.replace(DELTA, new=DELTA.new * 9, resolved=DELTA.resolved * 7)
    pages = [changes(SAMPLE, many, number, NOW) for number in (1, 2, 3)]
    told = "".join(map(shown, pages))
    assert told.count("Node node-7") == 9
    assert told.count("scheduler") == 9
    assert told.count(":white_check_mark: info") == 7
    assert "13 to 24 of 30 changes" in told
    assert commands(pages[1])["Next"] == "diff prod-eu since r-0 run:r-1 page:3"
    assert "Next" not in commands(pages[2])


def test_without_new_findings_no_fix_is_offered() -> None:
    message = changes(SAMPLE, structs.replace(DELTA, new=()), 1, NOW)
    assert [*commands(message)] == ["Run again"]
