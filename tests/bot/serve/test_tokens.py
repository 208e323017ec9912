"""What is read from the environment, and what is said of what is missing or mistaken."""

import pytest

from bot.serve.tokens import SLACK, Tokens, tokens
from checks.errors import UsageError

SOCKET = {"SLACK_BOT_TOKEN": "xoxb-1-2", "SLACK_APP_TOKEN": "xapp-1-2"}
HTTP = {"SLACK_BOT_TOKEN": "xoxb-1-2", "SLACK_SIGNING_SECRET": "5ecret"}


def test_what_each_mode_needs() -> None:
    assert tokens(http=False, environment=SOCKET) == Tokens("xoxb-1-2", "xapp-1-2")
    assert tokens(http=True, environment=HTTP) == Tokens("xoxb-1-2", "", "5ecret")


def test_spaces_around_what_was_pasted() -> None:
    pasted = {name: f" {value}\n" for name, value in SOCKET.items()}
    assert tokens(http=False, environment=pasted) == Tokens("xoxb-1-2", "xapp-1-2")


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("", SLACK),
        ("https://slack-gov.com/api", "https://slack-gov.com/api/"),
        ("http://[::1]:8080/api/", "http://[::1]:8080/api/"),
    ],
)
def test_another_slack(given: str, url: str) -> None:
    assert tokens(http=False, environment=SOCKET | {"SLACK_API_URL": given}).api_url == url


@pytest.mark.parametrize(
    ("http", "change", "said"),
    [
        (False, {"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is not set"),
        (False, {"SLACK_APP_TOKEN": "  "}, "SLACK_APP_TOKEN is not set"),
        (True, {"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET is not set"),
        (False, {"SLACK_BOT_TOKEN": "xapp-1-2"}, "SLACK_BOT_TOKEN does not begin with xoxb-"),
        (True, {"SLACK_BOT_TOKEN": "xoxp-1-2"}, "SLACK_BOT_TOKEN does not begin with xoxb-"),
        (False, {"SLACK_APP_TOKEN": "xoxb-1-2"}, "SLACK_APP_TOKEN does not begin with xapp-"),
        (False, {"SLACK_API_URL": "slack.com/api"}, "SLACK_API_URL is not a URL"),
        (False, {"SLACK_API_URL": "https://"}, "SLACK_API_URL is not a URL"),
        (False, {"SLACK_API_URL": "http://[::1/api"}, "SLACK_API_URL is not a URL"),
    ],
)
def test_what_is_missing_or_mistaken(http: bool, change: dict[str, str], said: str) -> None:  # noqa: FBT001
    with pytest.raises(UsageError, match=f"^{said}") as caught:
        tokens(http=http, environment=SOCKET | HTTP | change)
    assert caught.value.hint
    assert "1-2" not in f"{caught.value} {caught.value.hint}"


def test_nothing_secret_is_in_what_python_shows_of_them() -> None:
    shown = repr(Tokens("xoxb-1-2", "xapp-1-2", "5ecret"))
    assert not any(secret in shown for secret in ("xoxb", "xapp", "5ecret"))
