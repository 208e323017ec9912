"""From a kubeconfig context, or the pod that runs us, to a client with credentials."""

import logging
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

import aiohttp
from kubernetes.aio.client import ApiClient, Configuration
from kubernetes.aio.config import ConfigException, load_incluster_config, load_kube_config

from bot.cluster.client import Client
from bot.cluster.kubeconfig import Kubeconfig
from bot.version import USER_AGENT
from checks.errors import ClusterError, UsageError


@asynccontextmanager
async def connect(known: Kubeconfig, context: str) -> AsyncIterator[Client]:
    """Open a client for a context; an empty one means the cluster that runs this process.

    Raises `UsageError` where the kubeconfig does not hold together, `ClusterError` where credentials cannot
    be had.
    """
    configuration = Configuration()
    if context:
        await _load_context(known, context, configuration)
    else:
        try:
            load_incluster_config(client_configuration=configuration)
        except ConfigException as error:
            raise UsageError(
                f"no cluster was named, there is no current context, and this is not a pod: {error}",
                "name a cluster, or point --kubeconfig or $KUBECONFIG at a kubeconfig",
            ) from error
    configuration.retries = None
    try:
        api = ApiClient(configuration)
    except (ssl.SSLError, OSError, ValueError) as error:
        raise UsageError(f"the certificates of context {context} cannot be used: {error}") from error
    api.user_agent = USER_AGENT
    async with api:
        yield Client(api)


async def _load_context(known: Kubeconfig, context: str, configuration: Configuration) -> None:
    user, command = known.user(context), known.command(context)
    if user and user not in known.defined_users:
        raise UsageError(f"context {context} names the user {user}, which the kubeconfig does not define")
    said: list[str] = []
    token = _said.set(said)
    try:
        await load_kube_config(
            config_file=known.paths, context=context, client_configuration=configuration, persist_config=False
        )
    except ConfigException as error:
        raise UsageError(f"the kubeconfig cannot be used for context {context}: {error}") from error
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise UsageError(f"the kubeconfig entry of context {context} is malformed: {error}") from error
    except (OSError, aiohttp.ClientError) as error:
        raise ClusterError(f"credentials for context {context} cannot be had: {error}") from error
    finally:
        _said.reset(token)
    # The client only logs a failing plugin and goes on without credentials.
    if command and said:
        raise ClusterError(
            f"the credential plugin {command} of context {context} failed: {_plain(said[0])}",
            f"run it by hand, or log in again, and see that `kubectl --context {context} version` answers",
        )


_said: ContextVar[list[str]] = ContextVar("said")
"""What the client complains of while a context is loaded; several may be at the same time."""


def _kept(record: logging.LogRecord) -> bool:
    """Keep a complaint for whoever loads the context that it is about, instead of logging it."""
    if record.levelno >= logging.ERROR:
        _said.get([]).append(record.getMessage())
    return False


logging.getLogger("kubernetes.aio.config.kube_config").addFilter(_kept)


def _plain(complaint: str) -> str:
    """Undo the wrapping that the client puts around a plugin's complaint."""
    words = re.sub(r"b(['\"])(.*)\1$", r"\2", complaint).replace("\\n", " ")
    missing = re.search(r"No such file or directory: '([^']+)'", words)
    return f"{missing[1]} is not installed" if missing else words.removeprefix("exec: ").strip()
