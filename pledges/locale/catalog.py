"""Update the Chinese message catalog: run `python -m pledges.locale.catalog` after changing a message.

It collects the messages of the project, and those of Unfold and of two modules of Django that Django does not
translate already; adds new messages to `django.po`, removes unused ones, and compiles `django.mo`. It uses Babel, so
that gettext need not be installed.
"""

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import django
import unfold
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.apps.config import AppConfig
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "pledges/locale/zh_Hans/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}

Key = tuple[str | None, str | tuple[str, ...]]
"""The context of a message, and its msgid."""


def key_of(message: Message) -> Key:
    return message.context, message.id if isinstance(message.id, str) else tuple(message.id)


def collect_keys() -> set[Key]:
    """Return all messages that the catalog should have."""
    package = Path(unfold.__file__).parent
    used_parts_of_unfold = [
        *package.glob("*.py"),
        *package.glob("mixins/*.py"),
        *package.glob("templatetags/*.py"),
        *package.glob("templates/admin/**/*.html"),
        *package.glob("templates/registration/**/*.html"),
        *package.glob("templates/unfold/**/*.html"),
        *package.glob("contrib/filters/**/*.py"),
        *package.glob("contrib/filters/**/*.html"),
    ]
    package = Path(django.__file__).parent
    new_in_django = [package / "contrib/auth/password_validation.py", package / "db/models/fields/related.py"]
    own = [path for folder in ("config", "pledges") for path in (ROOT / folder).rglob("*")]
    return set(_messages(own)) | (set(_messages([*used_parts_of_unfold, *new_in_django])) - _translated_by_django())


def read() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def compile_catalog(catalog: Catalog) -> bytes:
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return all(strings) and not message.fuzzy


def update() -> None:
    template = Catalog()
    for context, msgid in collect_keys():
        template.add(msgid, context=context)
    catalog = read()
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    with PO.open("wb") as file:
        write_po(file, catalog, width=100, sort_output=True, ignore_obsolete=True)
    MO.write_bytes(compile_catalog(catalog))
    missing = sum(not is_translated(message) for message in catalog if message.id)
    print(f"{len(catalog)} messages, {missing} without translation.")  # noqa: T201 a command's last line


def _messages(paths: list[Path]) -> Iterator[Key]:
    for path in paths:
        if path.suffix == ".py":
            method, source = "python", path.read_bytes()
        elif path.suffix == ".html":
            # `templatize()` turns a template into text that has the tokens of JavaScript, not of Python.
            method, source = "javascript", templatize(path.read_text()).encode()
        else:
            continue
        for _line, msgid, _comments, context in extract(method, BytesIO(source), keywords=KEYWORDS):
            yield context, msgid


def _translated_by_django() -> set[Key]:
    """What Django's core and its installed packages translate."""
    package = Path(django.__file__).parent
    installed = [Path(AppConfig.create(name).path) for name in settings.INSTALLED_APPS]
    known: set[Key] = set()
    for folder in [package / "conf", *(path for path in installed if path.is_relative_to(package))]:
        for path in folder.glob("locale/zh_Hans/LC_MESSAGES/django.mo"):
            with path.open("rb") as file:
                known |= {key_of(message) for message in read_mo(file)}
    return known


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    update()
