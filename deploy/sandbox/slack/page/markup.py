"""The page as HTML. Everything is escaped by the templates but the markup that `mrkdwn` makes."""

from functools import cache
from pathlib import Path
from zlib import crc32

from jinja2 import Environment, FileSystemLoader

from deploy.sandbox.slack.blocks import words
from deploy.sandbox.slack.page import charts
from deploy.sandbox.slack.page.mrkdwn import Writer
from deploy.sandbox.slack.page.scene import Scene


def page(scene: Scene) -> str:
    """Return the whole page."""
    write, workspace = Writer(scene.reader), scene.workspace
    template = _environment().get_template("page.html.j2")
    return template.render(
        scene=scene, look=scene.look, workspace=workspace, reader=scene.reader, write=write
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"words": words, "drawn": charts.draw, "key": _key}
    environment.globals |= {"WIDTH": charts.WIDTH, "HEIGHT": charts.HEIGHT, "LEFT": charts.LEFT}
    return environment


def _key(name: str) -> str:
    """Return what an id on the page can be made of: names of actions are any text."""
    return f"{crc32(name.encode(errors='replace')):08x}"
