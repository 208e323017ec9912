"""Serve a sandbox workspace for an app that is run by hand.

python -m deploy.sandbox.slack [--port N] [--http REQUEST_URL]

prints the environment of an app in it, for a shell to read, and the address of the page for people. In a
terminal it says how to go on, and shows the conversation.
"""

import argparse
import asyncio
import shlex
import sys

from deploy.sandbox.serving import until_interrupted
from deploy.sandbox.slack.server import SandboxSlack
from deploy.sandbox.terminal.screen import Screen


async def serve(port: int, request_url: str) -> None:
    """Print the environment and serve until cancelled. Raises OSError where the port is taken."""
    async with SandboxSlack(port=port, request_url=request_url) as slack:
        for name, value in slack.environment().items():
            print(f"export {name}={shlex.quote(value)}")
        print(f"# look at it at {slack.url}/")
        print(f"# drive it at {slack.url}/sandbox/state", flush=True)
        if not sys.stdout.isatty():
            await asyncio.Event().wait()
        screen = Screen(slack)
        screen.headline("With these variables `readiness serve` answers here:")
        screen.invite("#ops", "")
        await screen.follow()


def main() -> int:
    """Run the command line; 2 where nothing can be served."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.sandbox.slack", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument(
        "--http", default="", metavar="REQUEST_URL", help="deliver there, not over Socket Mode"
    )
    arguments = parser.parse_args()
    return until_interrupted(serve(arguments.port, arguments.http))


if __name__ == "__main__":
    sys.exit(main())
