"""Parse YAML into texts with line numbers. No type is guessed: 25.62 stays exact, and `no` stays a word.

The tree is built from the events of the parser, because PyYAML's constructor would overwrite duplicate keys, forget
line numbers, and expand aliases, so that a small file could fill the memory.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from pledges.lookups.wording import format_value

MAX_DEPTH = 10
# What follows a value that is not quoted, if it is probably more of its text. Comments have two spaces before them.
CUT_OFF = re.compile("[ \t]#")


class YamlError(Exception):
    """The text is not valid YAML, or it uses aliases, anchors, tags or a duplicate key, or would lose a text."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar (text, or None for an empty one), a list or a mapping, and its first line."""

    line: int
    value: "str | list[Node] | dict[str, Node] | None"

    @property
    def kind(self) -> str:
        match self.value:
            case dict():
                return "a mapping"
            case list():
                return "a list"
            case None:
                return "nothing"
        return format_value(self.value)


def parse(text: str) -> Node | None:
    """Return the tree of a YAML document, or None if it is empty. Raise YamlError if it is invalid."""
    try:
        events = _complete_texts(yaml.parse(text, Loader=yaml.CSafeLoader), text)
        roots = [_node(event, events, 0) for event in events if isinstance(event, yaml.NodeEvent)]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        lines = text.splitlines()
        indent = lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())] if line <= len(lines) else ""
        raise YamlError(line, f"not YAML: {error.problem or error.context}{_hint(error, indent)}") from error
    except yaml.YAMLError as error:  # a character that YAML does not allow
        position = getattr(error, "position", 0)
        raise YamlError(text.count("\n", 0, position) + 1, f"not YAML: {str(error).splitlines()[0]}") from error
    if len(roots) > 1:
        raise YamlError(roots[1].line, "a second YAML document; expected one page per file")
    return roots[0] if roots and roots[0].value is not None else None


def _complete_texts(events: Iterator[yaml.Event], text: str) -> Iterator[yaml.Event]:
    """Reject unquoted texts that contain a space and #, because YAML silently drops the rest of the line."""
    for event in events:
        is_plain = isinstance(event, yaml.ScalarEvent) and not event.style
        if is_plain and event.end_mark and CUT_OFF.match(text, event.end_mark.index):
            message = "YAML would drop the text after the #; put the whole text between single quotes"
            raise YamlError(event.end_mark.line + 1, f"{message}, or two spaces before a comment")
        yield event


def _hint(error: yaml.MarkedYAMLError, indent: str) -> str:
    problem = error.problem or ""
    if "\t" in indent:
        return "; a tab can't indent YAML, use spaces"
    if "mapping values are not allowed" in problem:
        return "; put a text with a colon and a space between single quotes"
    if "did not find expected key" in problem:
        return "; put the whole text between single quotes, and write a single quote inside it twice"
    if "cannot start any token" in problem:
        return "; put a text that begins with %, @ or ` between single quotes"
    return ""


def _node(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
    line = event.start_mark.line + 1 if event.start_mark else 1
    if getattr(event, "anchor", None):  # an alias has one too
        raise YamlError(line, "anchors and aliases are not allowed; write the value out")
    if getattr(event, "tag", None):
        raise YamlError(line, "tags are not allowed; put a text that begins with ! between single quotes")
    if depth > MAX_DEPTH:
        raise YamlError(line, "nested too deeply")
    if isinstance(event, yaml.ScalarEvent):
        is_empty = not event.style and event.value in {"", "~", "null", "Null", "NULL"}
        return Node(line, None if is_empty else event.value)
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(item := next(events), yaml.SequenceEndEvent):
            items.append(_node(item, events, depth + 1))
        return Node(line, items)
    mapping: dict[str, Node] = {}
    while not isinstance(item := next(events), yaml.MappingEndEvent):
        key = _node(item, events, depth + 1)
        if not isinstance(key.value, str):
            raise YamlError(key.line, f"found {key.kind} as a key; expected text")
        if key.value in mapping:
            first = mapping[key.value].line
            raise YamlError(key.line, f"duplicate key {format_value(key.value)}; first used on line {first}")
        value = _node(next(events), events, depth + 1)
        mapping[key.value] = Node(key.line, value.value)
    return Node(line, mapping)
