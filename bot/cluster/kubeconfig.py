"""Which contexts there are, by kubectl's rules: `--kubeconfig`, else `$KUBECONFIG`, else `~/.kube/config`.

Of several files in `$KUBECONFIG` the first to name something wins, `current-context` included; those that do
not exist are passed over.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from checks.errors import UsageError


@dataclass(frozen=True)
class Kubeconfig:
    """The files that were found, as one search path, and what they name.

    `users` maps each context to the user it names, `commands` each user with a credential plugin to its
    command.
    """

    paths: str = ""
    contexts: tuple[str, ...] = ()
    current: str = ""
    users: tuple[tuple[str, str], ...] = ()
    commands: tuple[tuple[str, str], ...] = ()
    defined_users: frozenset[str] = frozenset()

    def user(self, context: str) -> str:
        """Return the user that a context names, empty where it names none."""
        return dict(self.users).get(context, "")

    def command(self, context: str) -> str:
        """Return the credential plugin of a context's user, empty where it has none."""
        return dict(self.commands).get(self.user(context), "")


def load(explicit: str | None = None) -> Kubeconfig:
    """Read what the files name. Raises `UsageError` where a file is broken or the named one is missing."""
    if explicit and not Path(explicit).is_file():
        raise UsageError(f"there is no kubeconfig {explicit}")
    search = explicit or os.environ.get("KUBECONFIG") or str(Path("~/.kube/config").expanduser())
    names = [search] if explicit else [part for part in search.split(os.pathsep) if part]
    files = {name: content for name in names if (content := _read(Path(name).expanduser()))}
    contexts: dict[str, str] = {}
    commands: dict[str, str] = {}
    users: set[str] = set()
    for content in files.values():
        for item in _named(content, "contexts"):
            contexts.setdefault(item["name"], _text(_section(item, "context"), "user"))
        for item in _named(content, "users"):
            users.add(item["name"])
            plugin = _section(_section(item, "user"), "exec")
            commands.setdefault(item["name"], _text(plugin, "command"))
    current = next((name for content in files.values() if (name := _text(content, "current-context"))), "")
    return Kubeconfig(
        paths=os.pathsep.join(files),
        contexts=tuple(contexts),
        current=current,
        users=tuple(contexts.items()),
        commands=tuple(commands.items()),
        defined_users=frozenset(users),
    )


def _read(path: Path) -> dict[str, Any] | None:
    """Return a file's content, null where there is none."""
    if not path.is_file():
        return None
    try:
        content = yaml.safe_load(path.read_text())
    except OSError as error:
        raise UsageError(f"the kubeconfig {path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"the kubeconfig {path} is not YAML: {_first_line(error)}") from error
    if content is not None and not isinstance(content, dict):
        raise UsageError(f"the kubeconfig {path} is not a mapping")
    return content


def _named(content: dict[str, Any], section: str) -> list[dict[str, Any]]:
    items = content.get(section)
    if not isinstance(items, list):
        return []
    return [item for item in items if isinstance(item, dict) and _text(item, "name")]


def _section(item: dict[str, Any], key: str) -> dict[str, Any]:
    """Return what is nested; what is malformed the client complains of when it is used."""
    found = item.get(key)
    return found if isinstance(found, dict) else {}


def _text(item: dict[str, Any], key: str) -> str:
    found = item.get(key)
    return found if isinstance(found, str) else ""


def _first_line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f" (line {mark.line + 1})" if mark else ""
    return f"{getattr(error, 'problem', None) or error}{where}"
