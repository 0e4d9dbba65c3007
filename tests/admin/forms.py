"""Read the fields of HTML forms, so that tests can post them as a browser does."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client


class _Form(HTMLParser):
    """A parser that collects the fields of all forms of a page. Tests use the fields of only one form per page."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, Any] = {}
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        name, value = attributes.get("name") or "", attributes.get("value") or ""
        if tag == "select":
            self.select = name
            self.fields[name] = [] if "multiple" in attributes else ""
        elif tag == "option" and self.select and "selected" in attributes:
            if isinstance(self.fields[self.select], list):
                self.fields[self.select].append(value)
            else:
                self.fields[self.select] = value
        elif tag == "textarea":
            self.textarea = name
            self.fields[name] = ""
        elif tag == "input" and _is_posted(attributes):
            self.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.fields[self.textarea] += data


def _is_posted(field: dict[str, str | None]) -> bool:
    kind = field.get("type")
    return kind not in {"submit", "file", "search"} and (kind not in {"checkbox", "radio"} or "checked" in field)


def fields_of(page: str) -> dict[str, Any]:
    form = _Form()
    form.feed(page)
    fields = {name: value for name, value in form.fields.items() if name and "__prefix__" not in name}
    return {name: value.removeprefix("\n") if isinstance(value, str) else value for name, value in fields.items()}


def form_fields(client: Client, url: str) -> dict[str, Any]:
    """Open a change form and return its fields."""
    response = client.get(url)
    assert response.status_code == 200
    return fields_of(response.content.decode())
