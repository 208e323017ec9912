"""A page as a browser's parser sees it: its tags, and its words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


@dataclass
class Tag:
    """An element with what is in it."""

    name: str
    attributes: Mapping[str, str]
    inside: list["Tag | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All words in it."""
        return "".join(it if isinstance(it, str) else it.text for it in self.inside)

    def every(self, name: str = "", **attributes: str) -> Iterator["Tag"]:
        """Yield the elements in it of this name, with these attributes."""
        for it in self.inside:
            if isinstance(it, Tag):
                fits = all(it.attributes.get(key.rstrip("_")) == value for key, value in attributes.items())
                if name in ("", it.name) and fits:
                    yield it
                yield from it.every(name, **attributes)

    def one(self, name: str, **attributes: str) -> "Tag":
        """Return the one element of this name, with these attributes."""
        [found] = self.every(name, **attributes)
        return found


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Tag("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Tag(tag, {key: value or "" for key, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Tag(tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].name == tag, f"</{tag}> ends <{self.open[-1].name}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def parse(markup: str) -> Tag:
    """Parse markup in which every element that is opened is closed, in order."""
    parser = _Parser()
    parser.feed(markup)
    parser.close()
    [root] = parser.open
    return root
