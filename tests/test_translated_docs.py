"""Documents in English and in Chinese have the same pictures, link to each other, and use the labels of the admin."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

DOCS = settings.BASE_DIR / "docs"
GUIDES = {language: DOCS / name for language, name in (("en", "editing.md"), ("zh", "editing.zh.md"))}


def referenced_pictures(language: str) -> list[str]:
    return re.findall(rf"!\[[^]]+\]\(pictures/{language}/([^)]+)\)", GUIDES[language].read_text(encoding="utf-8"))


def labels(language: str) -> list[str]:
    """Return the labels of the admin that a guide mentions. They are printed in bold."""
    return re.findall(r"\*\*(.+?)\*\*", GUIDES[language].read_text(encoding="utf-8"))


def test_guides_have_the_same_pictures_in_the_same_order() -> None:
    assert referenced_pictures("en") == referenced_pictures("zh") != []


@pytest.mark.parametrize("language", GUIDES)
def test_guide_shows_all_pictures_of_its_language(language: str) -> None:
    files = {path.name for path in (DOCS / "pictures" / language).iterdir()}
    assert set(referenced_pictures(language)) == files
    assert len(referenced_pictures(language)) == GUIDES[language].read_text(encoding="utf-8").count("![")


def test_guides_use_labels_of_admin() -> None:
    pairs = list(zip(labels("en"), labels("zh"), strict=True))
    assert len(pairs) > 10
    with translation.override("zh-hans"):
        wrong = [(en, zh) for en, zh in pairs if zh not in {gettext(en), gettext(en[0].lower() + en[1:])}]
    assert wrong == []


@pytest.mark.parametrize(
    "path", [settings.BASE_DIR / "README.md", GUIDES["en"]], ids=lambda path: str(path.relative_to(settings.BASE_DIR))
)
def test_translations_of_document_link_to_each_other(path: Path) -> None:
    translated = path.with_suffix(".zh.md")
    assert f"]({translated.name})" in path.read_text(encoding="utf-8").split("\n## ")[0]
    assert f"]({path.name})" in translated.read_text(encoding="utf-8").split("\n## ")[0]
