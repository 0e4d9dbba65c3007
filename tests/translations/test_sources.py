"""Whatever people read goes through the catalog: in Python, and in templates with their punctuation."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

from pledges.locale import catalog

FOLDERS = [settings.BASE_DIR / name for name in ("config", "pledges")]
SOURCES = sorted(path for folder in FOLDERS for path in folder.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted(path for folder in FOLDERS for path in folder.rglob("*.html"))
# What shows people names and sentences that it puts together.
SHOWN = [
    path
    for path in SOURCES
    if path.stem == "feeds" or (path.is_relative_to(settings.BASE_DIR / "pledges/admin") and path.stem != "exports")
]

GETTEXT = re.compile(r"_|n?p?gettext(_lazy|_noop)?")
TRANSLATED = re.compile(r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}", re.DOTALL)
NOT_SHOWN = re.compile(
    r'<span class="material-symbols[^>]*>\w+</span>|<!--.*?-->|{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>|&\w+;', re.DOTALL
)
ATTRIBUTE = re.compile(r"""\s(?:title|alt|placeholder|aria-label)="((?:{[{%].*?[%}]}|[^"])*)\"""")
SEPARATORS = set(" ·–→|/\n")
NAMES = ("兑现 Duixian", "Authorization: Token")  # the same in every language


def function_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def marked(tree: ast.AST) -> Iterator[str]:
    """The messages of all calls, also of those within f-strings, which Babel does not read."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and GETTEXT.fullmatch(function_of(call)):
            for argument in call.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


@pytest.mark.slow
def test_every_marked_string_is_found_by_the_catalog() -> None:
    known = {
        text for _context, msgid in catalog.collect_keys() for text in ([msgid] if isinstance(msgid, str) else msgid)
    }
    found = {text for path in SOURCES for text in marked(ast.parse(path.read_text()))}
    assert len(found) > 300
    assert found - known == set()


def untranslated(template: str) -> str:
    """What a template shows beside its variables and translated texts."""
    attributes = " ".join(ATTRIBUTE.findall(template))
    shown = NOT_SHOWN.sub(" ", TRANSLATED.sub(" ", template)) + NOT_SHOWN.sub(" ", TRANSLATED.sub(" ", attributes))
    for name in NAMES:
        shown = shown.replace(name, "")
    return "".join(character for character in shown if character not in SEPARATORS)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_loads_the_tags_that_it_uses(path: Path) -> None:
    engines["django"].from_string(path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_shows_no_text_or_punctuation_of_its_own(path: Path) -> None:
    assert untranslated(path.read_text()) == ""


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<li>{{ label }}: {{ count }}</li>", ":"),
        ("{{ a }} ({{ b }})", "()"),
        ("{% for a in b %}{{ a }}、{% endfor %}", "、"),
        ("<p>Saved</p>", "Saved"),
        ('<nav aria-label="Pages">{{ a }}</nav>', "Pages"),
        ('<nav aria-label="{% translate "Pages" %}">{{ a }} · {{ b }}</nav>', ""),
        ("{% blocktranslate %}{{ a }}: {{ b }}{% endblocktranslate %}", ""),
    ],
)
def test_untranslated_text_of_a_template_is_found(template: str, found: str) -> None:
    assert untranslated(template) == found


def joins(tree: ast.AST) -> Iterator[str]:
    """Punctuation of one language between values: in f-strings, and as what they are joined by."""
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr():
                parts = [part.value for part in node.values if isinstance(part, ast.Constant)]
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(separator)), attr="join")):
                parts = [separator]
            case _:
                continue
        yield from (str(part) for part in parts if re.search(r"[:;,] | \(|[、，；：（]", str(part)))


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.name)
def test_admin_and_feeds_join_values_by_translated_punctuation(path: Path) -> None:
    assert list(joins(ast.parse(path.read_text()))) == []


def test_untranslated_join_is_found() -> None:
    assert list(joins(ast.parse('f"{a}: {b}"; ", ".join(c); f"{a} · {b}"'))) == [": ", ", "]
