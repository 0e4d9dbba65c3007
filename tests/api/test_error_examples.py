"""The server returns the errors that `docs/api.md` shows as examples."""

import json
import re
from typing import Any

from django.conf import settings
from django.test import Client

from tests.factories import Record

ERRORS = (settings.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8").split("\n## Errors\n")[1]
PARAMETER_ERRORS, CONTENT_ERRORS = (
    json.loads(example) for example in re.findall(r"```json\n(.*?)```", ERRORS, re.DOTALL)
)


def agrees(example: Any, real: Any) -> bool:
    """Return whether a response agrees with an example, in which “…” stands for omitted text or items."""
    if isinstance(example, dict):
        return example.keys() == real.keys() and all(agrees(example[key], real[key]) for key in real)
    if isinstance(example, list) and example[-1] == "…":
        return len(real) >= len(example) and agrees(example[:-1], real[: len(example) - 1])
    if isinstance(example, list):
        return len(example) == len(real) and all(map(agrees, example, real))
    if isinstance(example, str) and example.endswith("…"):
        return str(real).startswith(example[:-1])
    return bool(example == real)


def body_with_request_id(response: Any, example: Any) -> Any:
    """Return the body of a response with its request id replaced by that of the example."""
    return response.json() | {"request_id": example["request_id"]}


def test_example_of_invalid_parameters_equals_the_response(client: Client, db: None) -> None:
    (path,) = re.findall(r"curl 'localhost:8000(\S+)' -H 'Accept-Language: en'", ERRORS)
    real = body_with_request_id(client.get(path, headers={"Accept-Language": "en"}), PARAMETER_ERRORS)
    assert agrees(PARAMETER_ERRORS, real), json.dumps(real)


def test_example_of_invalid_content_equals_the_response(editor: Any, record: Record) -> None:
    body = {"status": "met", "actual": "38,5", "evidence": [{"url": "ftp://news.example"}]}
    real = body_with_request_id(editor.post(f"pledges/{record.schools.ref}/follow-ups/", body), CONTENT_ERRORS)
    assert agrees(CONTENT_ERRORS, real), json.dumps(real)
