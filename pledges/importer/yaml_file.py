"""Read YAML files of one newspaper page each, a format that is easy to read and to correct by hand."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pledges.importer.file_entry import FileEntry, utf8_error_message
from pledges.importer.file_problems import MAX_SUGGESTIONS, FileProblem
from pledges.importer.yaml_tree import Node, YamlError, parse
from pledges.lookups.wording import MAX_NAME_LENGTH, format_value, nearest
from pledges.models import Pledge
from pledges.models.pledge_columns import list_names

# A page has dozens of pledges. Larger files are bulk data, which JSON Lines reads line by line.
MAX_BYTES = 10_000_000

# Texts of documents and statements are validated again for each of their pledges.
MAX_SOURCE_LENGTH = 10_000

# Key in the file → field of an entry.
DOCUMENT = {
    "slug": "document",
    "title": "document_title",
    "kind": "document_kind",
    "publisher": "document_publisher",
    "date": "document_date",
    "published": "document_published",
    "url": "document_url",
    "archived_url": "document_archived_url",
    "archived_on": "document_archived_on",
}
STATEMENT = {
    "official": "official",
    "official_slug": "official_slug",
    "post": "post",
    "organisation": "organisation",
    "organisation_slug": "organisation_slug",
    "district": "post_district",
    "body": "body",
    "body_slug": "body_slug",
    "body_district": "body_district",
    "headline": "headline",
}
NAMES = {flat: f"document.{key}" for key, flat in DOCUMENT.items()} | {
    flat: f"statement.{key}" for key, flat in STATEMENT.items()
}

LISTS = frozenset(list_names(Pledge))  # fields whose value may be a list


def read(path: Path, name: str) -> Iterator[FileEntry | FileProblem]:
    if path.stat().st_size > MAX_BYTES:
        yield FileProblem(name, 0, f"over {MAX_BYTES} bytes of YAML; use JSON Lines for bulk, with one pledge per line")
        return
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
        root = parse(text)
    except UnicodeDecodeError as error:
        start = raw.rfind(b"\n", 0, error.start) + 1
        within = UnicodeDecodeError("utf-8", raw[start:], error.start - start, error.end - start, error.reason)
        yield FileProblem(name, raw.count(b"\n", 0, start) + 1, utf8_error_message(raw[start:], within))
    except YamlError as error:
        yield FileProblem(name, error.line, error.message)
    else:
        if root is None and "#" in text:
            return  # only comments: an example, or a page that is left out for now
        if root is None:
            yield FileProblem(name, 0, "the file is empty; expected a document and its statements")
        else:
            yield from _Page(name).entries(root)


class _Page:
    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[FileProblem] = []

    def entries(self, root: Node) -> Iterator[FileEntry | FileProblem]:
        page = self._mapping(root, "the file", {"document", "statements"})
        if not page:
            yield from self.problems
            return
        document = self._level(page.get("document"), root.line, "document", DOCUMENT)
        has_entries = False
        for statement in self._items(page.get("statements"), root.line, "statements"):
            fields = self._mapping(statement, "a statement", {*STATEMENT, "pledges"})
            source = document | self._known(fields, STATEMENT)
            for pledge in self._items(fields.get("pledges"), statement.line, "pledges"):
                has_entries = True
                yield self._entry(pledge, source)
        if not has_entries and not self.problems:
            self.problems.append(FileProblem(self.name, root.line, "the file has no pledge"))
        yield from self.problems

    def _entry(self, pledge: Node, source: Mapping[str, Node]) -> FileEntry | FileProblem:
        if not isinstance(pledge.value, dict):
            return FileProblem(self.name, pledge.line, f"found {pledge.kind}, expected a pledge")
        # A pledge may not repeat fields of its document or statement: the prefix makes such a key an unknown field.
        own = {f"pledge.{key}" if key in NAMES else key: node for key, node in pledge.value.items()}
        nodes = dict(source) | own
        fields = {key: _value(key, node) for key, node in nodes.items() if node.value is not None}
        lines = {key: node.line for key, node in nodes.items()}
        return FileEntry(self.name, pledge.line, fields, lines, NAMES)

    def _level(self, node: Node | None, line: int, key: str, known: Mapping[str, str]) -> dict[str, Node]:
        if node is None:
            self.problems.append(FileProblem(self.name, line, "missing", field=key))
            return {}
        return self._known(self._mapping(node, key, set(known)), known)

    def _known(self, fields: Mapping[str, Node], known: Mapping[str, str]) -> dict[str, Node]:
        """Return the known fields by their names in an entry. Report and empty those that are far too long."""
        found = {known[name]: node for name, node in fields.items() if name in known}
        for name, node in found.items():
            if isinstance(node.value, str) and len(node.value) > MAX_SOURCE_LENGTH:
                message = f"found {node.kind} of {len(node.value)} characters, expected at most {MAX_SOURCE_LENGTH}"
                self.problems.append(FileProblem(self.name, node.line, message, field=NAMES[name]))
                found[name] = Node(node.line, None)
        return found

    def _mapping(self, node: Node, what: str, known: set[str]) -> dict[str, Node]:
        if not isinstance(node.value, dict):
            expected = ", ".join(sorted(known))
            self.problems.append(FileProblem(self.name, node.line, f"found {node.kind} as {what}, expected {expected}"))
            return {}
        for key, value in node.value.items():
            if key not in known:
                hint = nearest(key, known) if len(self.problems) < MAX_SUGGESTIONS else ""
                message = f"unknown field {format_value(key)} in {what}{hint}"
                self.problems.append(FileProblem(self.name, value.line, message, field=key[:MAX_NAME_LENGTH]))
        return node.value

    def _items(self, node: Node | None, line: int, key: str) -> list[Node]:
        if node is None:
            self.problems.append(FileProblem(self.name, line, "missing; expected a list", field=key))
            return []
        if node.value is None:
            return []
        if not isinstance(node.value, list):
            self.problems.append(FileProblem(self.name, node.line, f"found {node.kind}, expected a list", field=key))
            return []
        return node.value


def _value(key: str, node: Node) -> object:
    if key in LISTS and isinstance(node.value, list):
        return [_scalar(item) for item in node.value]
    return _scalar(node)


def _scalar(node: Node) -> object:
    """Return the text of a node. A list or mapping becomes an empty one, which validation reports."""
    return node.value.strip() if isinstance(node.value, str) else [] if isinstance(node.value, list) else {}
