"""What `docs/openapi.yaml` describes is promised: new things may come, but nothing of it may go."""

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client

STORED = yaml.safe_load((settings.BASE_DIR / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
WORDS = ("description", "summary", "title")
UPDATE = (
    "If nothing else changes for clients, tell it in CHANGELOG.md, and write the description anew:"
    " .venv/bin/python manage.py spectacular --lang en --file docs/openapi.yaml"
)


def losses(before: Any, now: Any, place: str = "") -> Iterator[str]:
    """What a client of before would miss, or be asked for, now."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key in before:
            if key in WORDS and isinstance(before[key], str):  # there are fields of these names too
                continue
            if key in now:
                yield from losses(before[key], now[key], f"{place}/{key}")
            elif before[key] is not True:  # a duty that is none any more
                yield f"{place}/{key} is gone"
        if re.search(r"/schemas/\w+Body$", place) and set(now.get("required", [])) - set(before.get("required", [])):
            yield f"{place} asks for more fields"
    elif place.endswith("/parameters"):
        yield from losses(by_name(before), by_name(now), place.replace("/parameters", "/parameter"))
        yield from (f"{place} asks for {name}" for name, one in by_name(now).items() if is_new_duty(name, one, before))
    elif isinstance(before, list) and isinstance(now, list):
        yield from (f"{place} has {item} no longer" for item in before if item not in now)
        if place.endswith("/type") and len(now) > len(before):
            yield f"{place} is wider"
    elif before != now:
        yield f"{place} was {before}, and is {now}"


def by_name(parameters: list[dict[str, Any]]) -> dict[str, Any]:
    return {f"{one['in']} {one['name']}": one for one in parameters}


def is_new_duty(name: str, parameter: dict[str, Any], before: list[dict[str, Any]]) -> bool:
    return bool(parameter.get("required")) and not by_name(before).get(name, {}).get("required")


@pytest.fixture
def described(client: Client, db: None) -> Any:
    return client.get("/api/v1/schema/").json()


def test_nothing_that_was_promised_is_gone(described: Any) -> None:
    assert list(losses(parts(STORED), parts(described))) == []


def test_the_stored_description_is_the_servers(described: Any) -> None:
    assert parts(described) == parts(STORED), UPDATE


def parts(description: Any) -> Any:
    return {name: description[name] for name in ("paths", "components")}


PLEDGES = "/api/v1/pledges/"
OF_PLEDGE = "components/schemas/Pledge"


def change(place: str, edit: Callable[[Any], None]) -> Any:
    changed = copy.deepcopy(STORED)
    part = changed
    for key in place.split("/") if place else []:
        part = part[key]
    edit(part)
    return changed


def of_list(edit: Callable[[Any], None]) -> Any:
    return change("", lambda all_of_it: edit(all_of_it["paths"][PLEDGES]["get"]))


BREAKS = {
    "an address": change("paths", lambda paths: paths.pop(PLEDGES)),
    "a method": change("paths", lambda paths: paths["/api/v1/follow-ups/{id}/"].pop("patch")),
    "a parameter": of_list(lambda get: get["parameters"].pop(0)),
    "a value of a parameter": of_list(
        lambda get: by_name(get["parameters"])["query status"]["schema"]["items"]["enum"].pop()
    ),
    "a new duty": of_list(
        lambda get: get["parameters"].append({"in": "query", "name": "key", "required": True, "schema": {}})
    ),
    "an old parameter as a duty": of_list(lambda get: get["parameters"][0].update(required=True)),
    "a format": of_list(lambda get: get["responses"]["200"]["content"].pop("text/csv")),
    "a field": change(f"{OF_PLEDGE}/properties", lambda fields: fields.pop("quote")),
    "a field called summary": change("components/schemas/FollowUp/properties", lambda fields: fields.pop("summary")),
    "a field that is always there": change(f"{OF_PLEDGE}/required", lambda names: names.remove("quote")),
    "any field that is always there": change(OF_PLEDGE, lambda pledge: pledge.pop("required")),
    "a type": change(f"{OF_PLEDGE}/properties/year", lambda year: year.update(type="string")),
    "a field that is never null": change(
        f"{OF_PLEDGE}/properties/quote", lambda quote: quote.update(type=["string", "null"])
    ),
    "a field that may be null or not": change(
        f"{OF_PLEDGE}/properties/deadline", lambda deadline: deadline["type"].remove("null")
    ),
    "a value of a field": change("components/schemas/Status/enum", lambda values: values.remove("met")),
    "a field of a body that may be left out": change(
        "components/schemas/FollowUpBody/required", lambda names: names.append("summary")
    ),
    "a name in clients": of_list(lambda get: get.update(operationId="list_pledges")),
    "a header": of_list(lambda get: get["responses"]["200"]["headers"].pop("ETag")),
}
ADDITIONS = {
    "an address": change("paths", lambda paths: paths.update({"/api/v1/new/": {}})),
    "a parameter": of_list(lambda get: get["parameters"].insert(0, {"in": "query", "name": "new", "schema": {}})),
    "a field": change(f"{OF_PLEDGE}/properties", lambda fields: fields.update(new={"type": "string"})),
    "a field that is always there": change(f"{OF_PLEDGE}/required", lambda names: names.append("new")),
    "a value": change("components/schemas/Status/enum", lambda values: values.insert(0, "new")),
    "other words": change(f"{OF_PLEDGE}", lambda pledge: pledge.update(description="Other words.")),
}


@pytest.mark.parametrize("lost", BREAKS)
def test_what_is_gone_is_named(lost: str) -> None:
    assert len(list(losses(parts(STORED), parts(BREAKS[lost])))) == 1


@pytest.mark.parametrize("new", ADDITIONS)
def test_what_is_new_is_no_loss(new: str) -> None:
    assert list(losses(parts(STORED), parts(ADDITIONS[new]))) == []
