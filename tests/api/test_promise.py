"""Compatibility of the API: `docs/openapi.yaml` equals the OpenAPI document that the server generates.

A change that breaks clients causes a warning, and from version 1.0 on a failure.
"""

import copy
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client
from packaging.version import Version

from pledges import __version__

STORED = yaml.load((settings.BASE_DIR / "docs" / "openapi.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
PROSE = ("description", "summary", "title")
UPDATE = (
    "docs/openapi.yaml is not what the server serves. Describe the change in CHANGELOG.md, then run"
    " .venv/bin/python manage.py spectacular --lang en --file docs/openapi.yaml"
)


def breaking_changes(before: Any, now: Any, place: str = "") -> Iterator[str]:
    """Yield the changes that break clients of `before`: missing parts, other types, new required parameters."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key in before:
            if key in PROSE and isinstance(before[key], str):  # some schemas have properties with these names
                continue
            if key in now:
                yield from breaking_changes(before[key], now[key], f"{place}/{key}")
            elif before[key] is not True:  # `required: true` may be dropped
                yield f"{place}/{key} is gone"
        if re.search(r"/schemas/\w+Body$", place) and set(now.get("required", [])) - set(before.get("required", [])):
            yield f"{place} requires more fields"
    elif place.endswith("/parameters"):
        yield from breaking_changes(by_name(before), by_name(now), place.replace("/parameters", "/parameter"))
        yield from (
            f"{place} requires {name}" for name, one in by_name(now).items() if is_newly_required(name, one, before)
        )
    elif isinstance(before, list) and isinstance(now, list):
        yield from (f"{place} lacks {item}" for item in before if item not in now)
        if place.endswith("/type") and len(now) > len(before):
            yield f"{place} is wider"
    elif before != now:
        yield f"{place} was {before}, and is {now}"


def by_name(parameters: list[dict[str, Any]]) -> dict[str, Any]:
    return {f"{one['in']} {one['name']}": one for one in parameters}


def is_newly_required(name: str, parameter: dict[str, Any], before: list[dict[str, Any]]) -> bool:
    return bool(parameter.get("required")) and not by_name(before).get(name, {}).get("required")


@pytest.fixture
def served(client: Client, db: None) -> Any:
    return client.get("/api/v1/schema/").json()


def report_breaking_changes(before: Any, now: Any, version: str) -> None:
    """Warn about changes that break clients; from version 1.0 on, fail."""
    breaking = list(breaking_changes(paths_and_components(before), paths_and_components(now)))
    if not breaking:
        return
    report = "\n".join(["Clients of docs/openapi.yaml lose:", *breaking])
    if Version(version) >= Version("1.0"):
        pytest.fail(report)
    warnings.warn(report, stacklevel=2)


@pytest.mark.filterwarnings("default:Clients of docs/openapi.yaml lose")
def test_breaking_changes_since_the_stored_document_are_reported(served: Any) -> None:
    report_breaking_changes(STORED, served, __version__)


def test_stored_document_equals_the_served_one(served: Any) -> None:
    assert paths_and_components(served) == paths_and_components(STORED), UPDATE


def paths_and_components(description: Any) -> Any:
    return {name: description[name] for name in ("paths", "components")}


PLEDGES = "/api/v1/pledges/"
PLEDGE_SCHEMA = "components/schemas/Pledge"


def change(place: str, edit: Callable[[Any], None]) -> Callable[[], Any]:
    """Return a function that returns a changed copy of the document: a copy takes long, and not every run needs it."""

    def changed() -> Any:
        copied = copy.deepcopy(STORED)
        part = copied
        for key in place.split("/") if place else []:
            part = part[key]
        edit(part)
        return copied

    return changed


def change_list(edit: Callable[[Any], None]) -> Callable[[], Any]:
    return change("", lambda document: edit(document["paths"][PLEDGES]["get"]))


BREAKING_CHANGES = {
    "an endpoint": change("paths", lambda paths: paths.pop(PLEDGES)),
    "a method": change("paths", lambda paths: paths["/api/v1/follow-ups/{id}/"].pop("patch")),
    "a parameter": change_list(lambda get: get["parameters"].pop(0)),
    "a value of a parameter": change_list(
        lambda get: by_name(get["parameters"])["query status"]["schema"]["items"]["enum"].pop()
    ),
    "a new required parameter": change_list(
        lambda get: get["parameters"].append({"in": "query", "name": "key", "required": True, "schema": {}})
    ),
    "an optional parameter that becomes required": change_list(lambda get: get["parameters"][0].update(required=True)),
    "a format": change_list(lambda get: get["responses"]["200"]["content"].pop("text/csv")),
    "a field": change(f"{PLEDGE_SCHEMA}/properties", lambda fields: fields.pop("quote")),
    "a field called summary": change("components/schemas/FollowUp/properties", lambda fields: fields.pop("summary")),
    "a required field of a response": change(f"{PLEDGE_SCHEMA}/required", lambda names: names.remove("quote")),
    "all required fields of a response": change(PLEDGE_SCHEMA, lambda pledge: pledge.pop("required")),
    "a type": change(f"{PLEDGE_SCHEMA}/properties/year", lambda year: year.update(type="string")),
    "a field that is never null": change(
        f"{PLEDGE_SCHEMA}/properties/quote", lambda quote: quote.update(type=["string", "null"])
    ),
    "a field that may be null or not": change(
        f"{PLEDGE_SCHEMA}/properties/deadline", lambda deadline: deadline["type"].remove("null")
    ),
    "a value of a field": change("components/schemas/Status/enum", lambda values: values.remove("met")),
    "an optional field of a body": change(
        "components/schemas/FollowUpBody/required", lambda names: names.append("summary")
    ),
    "an operation id": change_list(lambda get: get.update(operationId="list_pledges")),
    "a header": change_list(lambda get: get["responses"]["200"]["headers"].pop("ETag")),
}
ADDITIONS = {
    "an endpoint": change("paths", lambda paths: paths.update({"/api/v1/new/": {}})),
    "a parameter": change_list(lambda get: get["parameters"].insert(0, {"in": "query", "name": "new", "schema": {}})),
    "a field": change(f"{PLEDGE_SCHEMA}/properties", lambda fields: fields.update(new={"type": "string"})),
    "a required field of a response": change(f"{PLEDGE_SCHEMA}/required", lambda names: names.append("new")),
    "a value": change("components/schemas/Status/enum", lambda values: values.insert(0, "new")),
    "other prose": change(f"{PLEDGE_SCHEMA}", lambda pledge: pledge.update(description="Other prose.")),
}


@pytest.mark.parametrize("breaking", BREAKING_CHANGES)
def test_breaking_change_is_found(breaking: str) -> None:
    found = breaking_changes(paths_and_components(STORED), paths_and_components(BREAKING_CHANGES[breaking]()))
    assert len(list(found)) == 1


@pytest.mark.parametrize("new", ADDITIONS)
def test_addition_is_not_a_breaking_change(new: str) -> None:
    assert list(breaking_changes(paths_and_components(STORED), paths_and_components(ADDITIONS[new]()))) == []


def test_breaking_change_before_1_0_is_a_warning() -> None:
    with pytest.warns(UserWarning, match="/paths//api/v1/pledges/ is gone"):
        report_breaking_changes(STORED, BREAKING_CHANGES["an endpoint"](), "0.4.0")


def test_breaking_change_from_1_0_on_is_a_failure() -> None:
    with pytest.raises(pytest.fail.Exception, match="/paths//api/v1/pledges/ is gone"):
        report_breaking_changes(STORED, BREAKING_CHANGES["an endpoint"](), "1.0.0")


@pytest.mark.parametrize("version", ["0.4.0", "1.0.0"])
def test_addition_is_not_reported(version: str) -> None:
    report_breaking_changes(STORED, ADDITIONS["a field"](), version)
