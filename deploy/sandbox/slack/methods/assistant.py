"""assistant.threads.*: what an agent shows in a thread besides messages."""

from collections.abc import Mapping
from typing import Final

from deploy.sandbox.slack.api.arguments import Arguments, Refused, invalid
from deploy.sandbox.slack.api.context import Context, Handler
from deploy.sandbox.slack.model import Json, Thread

_PROMPTS = 4
_LOADING_MESSAGES = 10


def set_status(context: Context, arguments: Arguments) -> Json:
    """Say what the agent is doing; an empty status, or its next message in the thread, ends it."""
    thread = _thread(context, arguments)
    if len(arguments.parsed("loading_messages") or []) > _LOADING_MESSAGES:
        raise invalid(f"must provide at most {_LOADING_MESSAGES} items [json-pointer:/loading_messages]")
    thread.status = arguments.text("status")
    context.workspace.changed()
    return {}


def set_title(context: Context, arguments: Arguments) -> Json:
    """Name a thread."""
    _thread(context, arguments).title = arguments.required("title")
    context.workspace.changed()
    return {}


def set_prompts(context: Context, arguments: Arguments) -> Json:
    """Offer up to four prompts; without a thread they stand where the conversation begins."""
    if not context.workspace.app.agent:
        raise Refused("not_agent_app")
    prompts = arguments.parsed("prompts")
    good = isinstance(prompts, list) and all(
        isinstance(it, dict) and it.get("title") and it.get("message") for it in prompts
    )
    if not good or not 1 <= len(prompts) <= _PROMPTS:
        raise invalid(f"prompts are 1 to {_PROMPTS}, each with a title and a message [json-pointer:/prompts]")
    thread = _thread(context, arguments, optional=True)
    thread.prompts, thread.prompts_title = prompts, arguments.text("title")
    context.workspace.changed()
    return {}


def _thread(context: Context, arguments: Arguments, *, optional: bool = False) -> Thread:
    channel = context.channel(arguments.required("channel_id"))
    ts = arguments.text("thread_ts") if optional else arguments.required("thread_ts")
    if ts and ts not in context.workspace.messages[channel.id]:
        raise Refused("invalid_thread_ts")
    return context.workspace.threads.setdefault((channel.id, ts), Thread())


METHODS: Final[Mapping[str, Handler]] = {
    "assistant.threads.setStatus": set_status,
    "assistant.threads.setSuggestedPrompts": set_prompts,
    "assistant.threads.setTitle": set_title,
}
