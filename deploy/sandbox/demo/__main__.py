"""A first look without a cluster and without Slack: stand-ins for both, and the program between them.

    python -m deploy.sandbox.demo [--serve]

starts two sample clusters, a Slack workspace and `readiness serve` on this machine, with a configuration and
a store in a temporary directory, and holds a short conversation. In a terminal they stay up afterwards, for
one's own commands, until Ctrl-C, and a page on the workspace opens in the browser; with --serve they do so
anywhere, without the conversation and the browser. While they are up, one of the clusters gets worse.
"""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import webbrowser
from collections.abc import Coroutine, Mapping
from datetime import UTC, datetime
from typing import Final

from deploy.sandbox.demo.decline import PLACE, Decline
from deploy.sandbox.demo.stage import Stage, stage
from deploy.sandbox.demo.story import OPS, Story
from deploy.sandbox.program import Failed
from deploy.sandbox.samples import fresh, well_run
from deploy.sandbox.terminal.screen import Screen

REFRESH: Final = 300.0
"""Seconds between bringing the samples up to date: what they report must not look old."""
INTERRUPTED: Final = 128 + signal.SIGINT


async def play(*, story: bool, stay: bool) -> None:
    """Tell the story, and stay up. Raises `Failed`."""
    async with stage() as ready, ready.program.serving() as bot:
        screen = Screen(ready.slack)
        if stay:
            screen.headline(f"All of this can be looked at, and joined in, at {ready.slack.url}/")
            if story and has_browser(os.environ, sys.platform):
                await asyncio.to_thread(webbrowser.open, f"{ready.slack.url}/")
        if story:
            await Story(ready, bot, screen).tell()
        if stay:
            invite(ready, screen)
            # To be told to stop is how it ends.
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(
                    bot.through(screen.follow(), None),
                    refresh(ready),
                    Decline(ready.well_run, ready.slack.people).go_on(),
                )


def invite(ready: Stage, screen: Screen) -> None:
    """Say how to join in."""
    screen.headline(
        f"Everything stays up until Ctrl-C, and what happens is shown here. `{well_run.NAME}` gets worse from"
        f" minute to minute, and is mended again: see Home, and {PLACE}. Join in at {ready.slack.url}/ or in"
        " another terminal:"
    )
    screen.invite(OPS, fresh.NAME)
    screen.say(f"  . {ready.program.exported()}; .venv/bin/readiness history {fresh.NAME}\n")


async def refresh(ready: Stage) -> None:
    """Keep the samples up to date."""
    while True:
        await asyncio.sleep(REFRESH)
        for sample in (ready.fresh, ready.well_run):
            sample.refresh(datetime.now(UTC))


def has_browser(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a browser can show something to whoever sits here."""
    display = (
        platform in ("darwin", "win32") or environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    )
    return bool(display) and not environment.get("CI")


async def until_told(work: Coroutine[None, None, None]) -> None:
    """Let SIGTERM end it as Ctrl-C does: with everything cleaned up."""
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await task


def main() -> int:
    """Run the command line; 1 where the program failed."""
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox.demo", description=__doc__)
    parser.add_argument("--serve", action="store_true", help="no conversation: stay up until Ctrl-C")
    serving = parser.parse_args().serve
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    try:
        asyncio.run(until_told(play(story=not serving, stay=serving or terminal)))
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
