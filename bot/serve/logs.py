"""The log of a process that serves: a line of JSON an event, or colours where a person reads along."""

import logging
import re
import sys
from typing import Any

import aiohttp
import structlog

SECRET = re.compile(
    r"""xox[a-z](?:\.xox[a-z])?-[\w-]+ | xapp-[\w-]+ | (?<=://)[^/\s:@]*:[^/\s@]+(?=@)
    | hooks\.slack[\w-]*\.com/[^\s"'\\<>]+ | (?<=[?&]ticket=)[^\s"'\\&]+""",
    re.VERBOSE,
)
"""Tokens, passwords in URLs, and the addresses by which anybody could answer in our name, or listen."""

QUIET = ("slack_sdk", "slack_bolt", "docket", "aiohttp", "apscheduler", "kubernetes", "asyncio")


def start_logging(*, verbose: bool = False) -> None:
    """Send every log, structured or not, to stderr."""
    terminal = sys.stderr.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last, _without_secrets],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    if not verbose:
        handler.addFilter(_in_one_line)
    logging.basicConfig(handlers=[handler], level=logging.DEBUG if verbose else logging.INFO, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.INFO if verbose else logging.WARNING)


def _in_one_line(record: logging.LogRecord) -> bool:
    """Leave out where in a library the network failed: it says so again every few seconds."""
    error = record.exc_info[1] if record.exc_info else None
    if record.name.partition(".")[0] in QUIET and isinstance(error, (OSError, aiohttp.ClientError)):
        record.exc_info = None
    return True


def _without_secrets(_logger: object, _method: str, line: Any) -> str:  # noqa: ANN401 - structlog's
    """Blank what must not be in a log, wherever in a line it is."""
    return SECRET.sub("…", str(line))
