from dataclasses import replace
from typing import Any

import msgspec
import pytest

from deploy.sandbox.slack.faults import Fault, Faults

ARCHIVED = Fault("chat.postMessage", "error", error="is_archived")
DOWN = Fault("chat.*", "status", status=503, times=2)
SLOW = Fault("*", "slow", seconds=0.5, channel="C1", times=0)


def test_the_first_that_fits_strikes_and_is_counted() -> None:
    faults = Faults(ARCHIVED, DOWN, SLOW)

    assert [faults.take("chat.postMessage", "C1") for _ in range(5)] == [
        ARCHIVED,
        DOWN,
        replace(DOWN, times=1),
        SLOW,
        SLOW,
    ]
    assert faults.take("chat.postMessage", "C2") is None


def test_only_calls_that_are_meant() -> None:
    faults = Faults(ARCHIVED, SLOW)

    assert faults.take("chat.update", "C2") is None
    assert faults.take("chat.postmessage", "") is None
    assert faults.take("users.info", "C1") is SLOW
    assert faults.take("response_url", "C1") is SLOW
    assert faults.take("upload", "") is None
    assert faults.take("chat.postMessage", "C2") is ARCHIVED


def test_only_calls_with_a_block_that_is_meant() -> None:
    chart = Fault("chat.*", "error", error="invalid_blocks", block="data_visualization", times=0)
    faults = Faults(chart)

    assert faults.take("chat.postMessage", "C1") is None
    assert faults.take("chat.postMessage", "C1", {"section"}) is None
    assert faults.take("chat.postMessage", "C1", {"section", "data_visualization"}) is chart


def test_the_socket_has_faults_of_its_own() -> None:
    deaf = Fault("socket", "deaf")
    faults = Faults(Fault("*", "status", status=500, times=0), deaf)

    assert faults.take("socket", "") is deaf
    assert faults.take("socket", "") is None
    assert faults.take("auth.test", "") is not None


def test_put_and_clear() -> None:
    faults = Faults(ARCHIVED)
    faults.put(DOWN)

    assert [faults.take("chat.postMessage", "C1") for _ in range(2)] == [ARCHIVED, DOWN]
    faults.clear()
    assert faults.take("chat.postMessage", "C1") is None


def test_json_keeps_what_is_left() -> None:
    faults, other = Faults(DOWN, SLOW), Faults(ARCHIVED)
    faults.take("chat.update", "")
    other.from_json(msgspec.json.decode(msgspec.json.encode(faults.as_json())))

    assert other.as_json() == faults.as_json()
    assert [other.take("chat.update", "C1") for _ in range(2)] == [replace(DOWN, times=1), SLOW]


def test_json_strikes_once_unless_it_says_more() -> None:
    faults = Faults()
    faults.from_json([{"method": "chat.postMessage", "kind": "error", "error": "is_archived"}])

    assert faults.take("chat.postMessage", "C1") == ARCHIVED
    assert faults.take("chat.postMessage", "C1") is None


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("chat.postMessage", "Expected `object`"),
        ({"method": "auth.test"}, "missing required field `kind`"),
        ({"method": "auth.test", "kind": "explode"}, "Invalid enum value 'explode'"),
        ({"method": "auth.test", "kind": "status", "status": "500"}, "Expected `int`"),
        ({"method": "auth.test", "kind": "status", "status": 500, "often": 3}, "a fault has no often"),
        ({"method": "auth.test", "kind": "status"}, "status, from 400 to 599"),
        ({"method": "auth.test", "kind": "status", "status": 200}, "status, from 400 to 599"),
        ({"method": "auth.test", "kind": "slow", "seconds": 1, "status": 500}, "status, from 400 to 599"),
        ({"method": "auth.test", "kind": "error"}, "error goes with"),
        ({"method": "auth.test", "kind": "lost_answer", "error": "x"}, "error goes with"),
        ({"method": "auth.test", "kind": "slow"}, "seconds, above 0"),
        ({"method": "auth.test", "kind": "error", "error": "x", "seconds": 1}, "seconds, above 0"),
        ({"method": "auth.test", "kind": "ratelimited", "seconds": 0.5}, "whole seconds"),
        ({"method": "auth.test", "kind": "error", "error": "x", "times": -1}, "times is 0 or more"),
        ({"method": "auth.test", "kind": "deaf"}, "not a fault of 'auth.test'"),
        ({"method": "socket", "kind": "slow", "seconds": 1}, "not a fault of 'socket'"),
        ({"method": "socket", "kind": "disconnect", "error": "tired"}, "disconnect needs an error of"),
    ],
)
def test_bad_json_changes_nothing(entry: Any, message: str) -> None:  # noqa: ANN401 - any JSON
    faults = Faults(ARCHIVED)

    with pytest.raises(ValueError, match=message):
        faults.from_json([{"method": "socket", "kind": "drop"}, entry])
    assert faults.as_json() == Faults(ARCHIVED).as_json()


def test_json_is_a_list() -> None:
    with pytest.raises(ValueError, match="faults are a list"):
        Faults().from_json({"method": "socket", "kind": "drop"})


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
def test_reasons_to_disconnect(reason: str) -> None:
    assert Fault("socket", "disconnect", error=reason).error == reason
