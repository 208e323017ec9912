"""Serve a sandbox workspace and print the environment of an app in it.

python -m deploy.sandbox.slack [--port N] [--http REQUEST_URL]
"""

import argparse
import asyncio
import shlex
import sys

from deploy.sandbox.slack.server import SandboxSlack


async def serve(port: int, request_url: str) -> None:
    """Print the environment and serve until cancelled. Raises OSError where the port is taken."""
    async with SandboxSlack(port=port, request_url=request_url) as slack:
        for name, value in slack.environment().items():
            print(f"export {name}={shlex.quote(value)}")
        print(f"# drive it at {slack.url}/sandbox/state", flush=True)
        await asyncio.Event().wait()


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
    try:
        asyncio.run(serve(arguments.port, arguments.http))
    except KeyboardInterrupt:
        return 0
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
