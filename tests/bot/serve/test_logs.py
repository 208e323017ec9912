"""The log of a process that serves: JSON by line, and nothing secret in it."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from aiohttp import ServerDisconnectedError

from bot.serve.logs import start_logging

SECRETS = (
    "xoxb-1234-abcDEF",
    "xoxe.xoxp-1-Mi0yLTEyMw",
    "xapp-1-A0000000001-77",
    "redis://user:pa55word@cache:6379",
    "redis://:pa55word@cache:6379",
    "https://hooks.slack.com/commands/T1/2/pa55word",
    "https://hooks.slack-gov.com/actions/T1/2/pa55word",
    "wss://wss-primary.slack.com/link/?ticket=pa55word&app_id=1",
)


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_of_json_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging()
    logging.getLogger("bot.here").info("one %s", "event\nof two lines")
    structlog.get_logger("bot.there").warning("another", cluster="prod")
    one, another = told(capsys)
    assert (one["event"], one["logger"], one["level"]) == ("one event\nof two lines", "bot.here", "info")
    assert (another["event"], another["cluster"], another["level"]) == ("another", "prod", "warning")
    assert one["timestamp"].endswith("Z")


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_told(secret: str, capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(verbose=True)
    log = logging.getLogger("bot.here")
    log.warning("it is %s, said somebody", secret)
    structlog.get_logger("bot.there").info("told", of=secret, among=[secret], under={"a": (secret,)})
    log.error("failed", exc_info=ValueError(f"of {secret}"))
    said = capsys.readouterr().err
    assert "said somebody" in said
    assert "ValueError" in said
    for part in ("pa55word", "abcDEF", "Mi0y", "A0000000001"):
        assert part not in said


@pytest.mark.parametrize(
    ("logger", "error", "verbose", "traced"),
    [
        ("slack_bolt", ConnectionRefusedError(111, "refused"), False, False),
        ("slack_bolt", ServerDisconnectedError(), False, False),
        ("slack_bolt", ConnectionRefusedError(111, "refused"), True, True),
        ("slack_bolt", KeyError("a mistake"), False, True),
        ("bot.here", ConnectionRefusedError(111, "refused"), False, True),
    ],
)
def test_a_library_tells_of_the_network_in_one_line(
    logger: str,
    error: Exception,
    verbose: bool,  # noqa: FBT001
    traced: bool,  # noqa: FBT001
    capsys: pytest.CaptureFixture[str],
) -> None:
    start_logging(verbose=verbose)
    logging.getLogger(logger).error("failed: retrying", exc_info=error)
    [line] = told(capsys)
    assert line["event"] == "failed: retrying"
    assert ("exception" in line) == traced


@pytest.mark.parametrize(("verbose", "level"), [(False, logging.WARNING), (True, logging.INFO)])
def test_libraries_are_told_of_less(verbose: bool, level: int) -> None:  # noqa: FBT001
    start_logging(verbose=verbose)
    assert logging.getLogger("slack_sdk.web").getEffectiveLevel() == level
    assert logging.getLogger("bot").getEffectiveLevel() == (logging.DEBUG if verbose else logging.INFO)
