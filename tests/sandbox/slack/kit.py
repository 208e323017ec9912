"""Block Kit by the handful, and what Slack says of it."""

import re
from typing import Any

from deploy.sandbox.slack.limits import Problem, message_problem, view_problem

Json = dict[str, Any]


def plain(text: str = "Words") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "*Words*") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "one", text: str = "One", **more: object) -> Json:
    return {"text": plain(text), "value": value, **more}


def options(count: int) -> list[Json]:
    return [option(f"value-{number}") for number in range(count)]


def button(action_id: str = "go", **more: object) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(), **more}


def section(text: str = "Words", **more: object) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def asks(element: Json, **more: object) -> Json:
    return {"type": "input", "label": plain(), "element": element, **more}


def words(text: str = "Words") -> Json:
    """A rich_text block of one section."""
    return rich({"type": "rich_text_section", "elements": [{"type": "text", "text": text}]})


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def modal(*blocks: object, **more: object) -> Json:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": list(blocks), **more}


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": list(blocks)}


def post(*blocks: object) -> Problem | None:
    return message_problem({"channel": "C1", "text": "Words", "blocks": list(blocks)})


def lead_somewhere(problem: Problem | None, document: object) -> bool:
    """Whether every JSON pointer of the sentences leads to something in a document."""
    for sentence in problem.messages if problem else ():
        value: Any = document
        for step in re.findall(r"/([^/\]]+)", sentence.partition("[json-pointer:")[2]):
            value = value[int(step)] if isinstance(value, list) else value[step]
    return True


def said(problem: Problem | None) -> list[str]:
    """Slack's sentences, without what they all begin with."""
    assert problem is not None
    assert all(sentence.startswith("[ERROR] ") for sentence in problem.messages)
    return [sentence.removeprefix("[ERROR] ") for sentence in problem.messages]


def of_block(block: object) -> list[str]:
    """What is wrong with a block that is alone in a message; nothing where it is taken."""
    problem = post(block)
    assert problem is None or problem.error == "invalid_blocks"
    return said(problem) if problem else []


def of_view(view: Json) -> list[str]:
    problem = view_problem(view)
    assert problem is None or problem.error == "invalid_arguments"
    return said(problem) if problem else []
