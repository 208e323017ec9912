"""Where signed HTTP is listened on."""

import socket

import pytest
from slack_bolt.async_app import AsyncApp

from bot.serve.endpoint import address, listening
from checks.errors import UsageError


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        (":3000", "", 3000),
        ("3000", "", 3000),
        ("127.0.0.1:0", "127.0.0.1", 0),
        ("[::1]:3000", "::1", 3000),
        ("bot.internal:65535", "bot.internal", 65535),
    ],
)
def test_an_address(text: str, host: str, port: int) -> None:
    assert address(text) == (host, port)


@pytest.mark.parametrize("text", ["", ":", "here", "host:", "host:http", ":65536", ":-1", ":٣"])
def test_no_address(text: str) -> None:
    with pytest.raises(UsageError, match="is no address to listen on"):
        address(text)


@pytest.fixture
def app() -> AsyncApp:
    return AsyncApp(token="xoxb-1", signing_secret="5ecret")  # noqa: S106 - of nothing


async def test_listening(app: AsyncApp) -> None:
    async with listening(app, "127.0.0.1", 0) as (host, port):
        assert host == "127.0.0.1"
        with socket.create_connection((host, port), timeout=5):
            pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, port), timeout=5)


async def test_a_port_that_is_taken(app: AsyncApp) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"^127\.0\.0\.1:{port} cannot be listened on: Address already"):
            async with listening(app, "127.0.0.1", port):
                pass


async def test_an_error_of_another_is_not_taken_for_one_of_the_port(app: AsyncApp) -> None:
    with pytest.raises(ConnectionResetError):
        async with listening(app, "127.0.0.1", 0):
            raise ConnectionResetError
