import re
from itertools import chain

import pytest

from deploy.sandbox.slack.scopes import ALL_BOT_SCOPES, EVENTS, METHODS, needed


@pytest.mark.parametrize(
    ("method", "kind", "scopes"),
    [
        ("conversations.history", "public_channel", {"channels:history"}),
        ("conversations.history", "private_channel", {"groups:history"}),
        ("conversations.replies", "im", {"im:history"}),
        ("conversations.info", "mpim", {"mpim:read"}),
        ("conversations.open", "im", {"im:write"}),
        ("conversations.join", "public_channel", {"channels:join"}),
        ("conversations.list", "", {"channels:read", "groups:read", "im:read", "mpim:read"}),
        ("users.conversations", "private_channel", {"groups:read"}),
        ("chat.postMessage", "im", {"chat:write"}),
        ("assistant.threads.setStatus", "im", {"assistant:write", "chat:write"}),
        ("views.open", "", set()),
    ],
)
def test_needed(method: str, kind: str, scopes: set[str]) -> None:
    assert needed(method, kind) == scopes


@pytest.mark.parametrize(("method", "kind"), [("chat.shout", ""), ("conversations.info", "channel")])
def test_unknown(method: str, kind: str) -> None:
    with pytest.raises(KeyError):
        needed(method, kind)


def test_tokens() -> None:
    others = {name: method.token for name, method in METHODS.items() if method.token != "bot"}  # noqa: S105 - a kind

    assert others == {"api.test": "none", "apps.connections.open": "app"}
    assert METHODS["apps.connections.open"].scopes == {"connections:write"}


def test_a_bot_token_can_have_all_its_scopes() -> None:
    of_events = set(chain.from_iterable(EVENTS.values()))

    assert {"commands", "chat:write", "users:read", "files:write"} | of_events <= ALL_BOT_SCOPES
    assert "connections:write" not in ALL_BOT_SCOPES
    assert all(re.fullmatch(r"[a-z_]+(:[a-z]+(\.public)?)?", scope) for scope in ALL_BOT_SCOPES)
