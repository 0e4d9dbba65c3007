"""The documentation agrees with the code: examples, options, fields, links and the version."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.test import Client

from pledges import __version__
from pledges.importer.loader import load
from pledges.importer.pledge_entry import FIELDS
from pledges.models import Pledge

README = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
CHINESE_README = (settings.BASE_DIR / "README.zh.md").read_text(encoding="utf-8")
CHANGELOG = (settings.BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8")
DOCUMENTS = [*sorted(settings.BASE_DIR.glob("*.md")), *sorted((settings.BASE_DIR / "docs").glob("*.md"))]
DATA = (settings.BASE_DIR / "docs" / "data.md").read_text(encoding="utf-8")


def is_subset(shown: Any, real: Any) -> bool:
    """Return whether all keys and values of an example are in the real response."""
    if isinstance(shown, dict):
        return all(key in real and is_subset(value, real[key]) for key, value in shown.items())
    return bool(shown == real)


@pytest.mark.slow
@pytest.mark.django_db
def test_response_in_readme_matches_server(client: Client) -> None:
    load([settings.BASE_DIR / "seeds" / "hohhot"])
    (path,) = re.findall(r"curl -s http://127\.0\.0\.1:8000(\S+)", README)
    (response,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    assert is_subset(json.loads(response), client.get(path).json())


@pytest.mark.slow
@pytest.mark.django_db
def test_readmes_state_number_of_pledges() -> None:
    load([settings.BASE_DIR / "seeds" / "hohhot"])
    count = Pledge.objects.count()
    assert f"holds {count} pledges" in README
    assert f" {count} 条承诺" in CHINESE_README


@pytest.mark.django_db
def test_example_file_in_documentation_can_be_loaded(tmp_path: Path) -> None:
    from tests.factories import make_dimension, make_district, make_metric, make_topic, make_unit

    money = make_dimension("money")
    make_district("sample-city", name="样例市")
    make_unit("亿元", dimension=money)
    make_metric("annual-investment", name="年度投资额", dimension=money, topic=make_topic())
    (page,) = re.findall(r"```yaml\n(.*?)```", DATA, re.DOTALL)
    (tmp_path / "page.yaml").write_text(page, encoding="utf-8")
    assert load([tmp_path]).created == 1


@pytest.mark.parametrize("command", [name for name, app in get_commands().items() if app == "pledges"])
def test_options_of_command_are_documented(command: str) -> None:
    documents = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    assert command in documents
    own = options("pledges", command) - options("django.core", "loaddata")
    assert own <= set(re.findall(r"--[a-z]+", documents))


def options(app: str, command: str) -> set[str]:
    parser = load_command_class(app, command).create_parser("manage.py", command)
    return set(re.findall(r"--[a-z]+", parser.format_help()))


def test_fields_of_a_file_are_documented() -> None:
    from pledges.importer.yaml_file import DOCUMENT, STATEMENT

    keys = {flat: key for names in (DOCUMENT, STATEMENT) for key, flat in names.items()}
    # A field is documented as a key of a YAML example or as inline code.
    documented = set(re.findall(r"^[ #-]*(\w+):", DATA, re.MULTILINE)) | set(re.findall(r"`(\w+)`", DATA))
    missing = {field for field in FIELDS if not documented & {field, keys.get(field), field.removesuffix("_slug")}}
    assert not missing, f"docs/data.md lacks {missing}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_are_not_broken(path: Path) -> None:
    for link in re.findall(r"\]\((?!http)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / link).exists(), link


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_files_named_in_document_exist(path: Path) -> None:
    """A file can be named without its leading folders: `models/pledge.py`."""
    named = re.findall(r"`([\w./-]+\.(?:py|yaml|toml|lock|md|mjs))`", path.read_text(encoding="utf-8"))
    folders = [
        settings.BASE_DIR / name for name in ("bench", "config", "docs", "fixtures", "pledges", "seeds", "tests")
    ]
    files = [*settings.BASE_DIR.glob("*.*"), *(file for folder in folders for file in folder.rglob("*.*"))]
    assert [name for name in named if not any(f"{file}".endswith(f"/{name}") for file in files)] == []


def test_newest_version_in_changelog_is_current_version() -> None:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = re.findall(r"^## (\S+) - \d{4}-\d\d-\d\d$", CHANGELOG, re.MULTILINE)
    assert versions[0] == project["version"] == __version__
