"""`docs/api.md` documents exactly the parameters that each endpoint accepts."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from .conftest import Api

DOCS = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text()
PAGING = {"limit", "cursor", "count", "ordering"}
LIST_PARAMETERS = PAGING | {"fields", "expand", "bom"}


def section(title: str) -> str:
    return DOCS.split(f"\n## {title}\n")[1].split("\n## ")[0]


def names_in_first_column(table: str) -> set[str]:
    rows = [line for line in table.splitlines() if line.startswith("|")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}


def declared(names: set[str]) -> set[str]:
    """Return the names without negations such as `status_not`, which are documented once for all."""
    return {name for name in names if not (name.endswith("_not") and name.removesuffix("_not") in names)}


@pytest.fixture
def parameters(client: Client, db: None) -> dict[str, set[str]]:
    paths = Api(client).get("schema/").json()["paths"]
    return {
        path.removeprefix("/api/v1/"): {parameter["name"] for parameter in operations["get"].get("parameters", [])}
        for path, operations in paths.items()
        if "{" not in path
    }


def test_filters_of_pledges_are_documented(parameters: dict[str, set[str]]) -> None:
    assert names_in_first_column(section("Filters of pledges")) == declared(parameters["pledges/"]) - LIST_PARAMETERS


def test_paging_parameters_are_documented(parameters: dict[str, set[str]]) -> None:
    assert names_in_first_column(section("Pages and order")) == PAGING <= parameters["pledges/"]


def test_lists_are_documented_with_their_filters(parameters: dict[str, set[str]]) -> None:
    rows = [line.split("|")[1:4] for line in section("Endpoints").splitlines() if line.startswith("| `")]
    pledge_filters = declared(parameters["pledges/"]) - LIST_PARAMETERS
    documented = {
        path.strip(" `"): set(re.findall(r"`(\w+)`", filters))
        | (pledge_filters if "those of pledges" in filters else set())
        for path, _key, filters in rows
    }
    without_filters = {"", "popolo/"}
    lists = {
        path: declared(names) - LIST_PARAMETERS for path, names in parameters.items() if path not in without_filters
    }
    assert documented == lists | {"pledges/": set()}


@pytest.mark.parametrize(
    ("title", "path"),
    [("Fields", "pledges/"), ("Counts and series", "stats/"), ("Staying in step", "changes/")],
)
def test_other_parameters_of_endpoint_are_documented(title: str, path: str, parameters: dict[str, set[str]]) -> None:
    documented = names_in_first_column(section(title))
    assert documented <= parameters[path] <= documented | parameters["pledges/"] | {"limit"}
