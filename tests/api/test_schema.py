"""The OpenAPI document is valid and complete; `test_schemathesis.py` compares it with responses."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import jsonschema
import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from pledges.api.openapi.descriptions import EXAMPLES
from pledges.api.serializers.fields import RecordSerializer
from pledges.api.views.root import openapi_document, openapi_file

from .conftest import problem

pytestmark = pytest.mark.slow


@pytest.fixture
def description(client: Client, db: None) -> Any:
    return client.get("/api/v1/schema/").json()


def test_openapi_document_is_valid_and_complete(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=StringIO())
    assert capsys.readouterr().err == ""


def test_openapi_version_is_3_1_and_text_is_unescaped(client: Client, db: None) -> None:
    response = client.get("/api/v1/schema/")
    assert response["Content-Type"] == "application/json"
    assert client.get("/api/v1/schema/", headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert json.loads(response.content)["openapi"].startswith("3.1")
    assert "兑现" in response.content.decode()


def test_openapi_document_is_available_as_yaml(client: Client, description: Any) -> None:
    response = client.get("/api/v1/schema/", headers={"Accept": "application/yaml"})
    assert (response["Content-Type"], response["ETag"]) == ("application/yaml", openapi_file("yaml")[1])
    assert yaml.safe_load(response.content) == description
    assert client.get("/api/v1/schema.yaml").content == response.content
    assert client.get("/api/v1/schema.json").json() == description
    rejected = client.get("/api/v1/schema.yaml?x=1")
    assert (rejected.status_code, rejected["Content-Type"]) == (400, "application/problem+json")
    assert problem(client.get("/api/v1/schema.xml"), 404)


def test_openapi_document_is_always_english(client: Client, description: Any) -> None:
    openapi_document.cache_clear()
    openapi_file.cache_clear()
    assert client.get("/api/v1/schema/", headers={"Accept-Language": "zh-CN"}).json() == description


def operations(description: Any) -> Iterator[tuple[str, str, Any]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_operation_describes_its_problems(description: Any) -> None:
    for path, method, operation in operations(description):
        responses = operation["responses"]
        expected = {"400", "401", "406", "429", "500", "503"} | ({"404"} if "{" in path else set())
        expected |= set() if method == "get" else {"403", "409", "413", "415", "422", "503"}
        expected |= {"412", "428"} if method != "get" and "follow-ups" in path else set()
        if operation["operationId"].endswith("_retrieve") and "308" in responses:  # the row may have been merged
            expected.add("308")
        (success,) = set(responses) - expected
        assert success in {"200", "201", "204"}
        for status in expected:
            name = responses[status]["$ref"].rpartition("/")[2]
            assert list(description["components"]["responses"][name]["content"]) == ["application/problem+json"]


def test_every_schema_and_field_is_described(description: Any) -> None:
    schemas = description["components"]["schemas"]
    assert [name for name, schema in schemas.items() if not schema["description"]] == []
    assert [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, described in schema.get("properties", {}).items()
        if not described["description"]
    ] == []
    base_class_description = str(RecordSerializer.__doc__)
    assert [name for name, schema in schemas.items() if schema["description"] in base_class_description] == []


def test_examples_match_their_schemas(description: Any) -> None:
    examples = [
        (example, described)
        for schema in description["components"]["schemas"].values()
        for described in schema.get("properties", {}).values()
        for example in described.get("examples", [])
    ]
    assert len(examples) > len(EXAMPLES)  # a field is in the schema of list rows and in that of details
    for example, described in examples:
        jsonschema.validate(example, described)


def test_common_response_headers_are_described(description: Any) -> None:
    for path, method, operation in operations(description):
        for response in operation["responses"].values():
            name = response.get("$ref", "").rpartition("/")[2]
            headers = (description["components"]["responses"][name] if name else response)["headers"]
            assert {"RateLimit", "RateLimit-Policy", "X-Request-ID"} <= set(headers)
        success = next(response for status, response in operation["responses"].items() if status < "300")
        has_version = path not in ("/api/v1/", "/api/v1/me/") and "204" not in operation["responses"]
        has_etag = has_version and operation["operationId"] != "pledges_create"
        assert ("ETag" in success["headers"]) == has_etag
        assert ("Last-Modified" in success["headers"]) == (has_etag and method == "get" and not path.endswith("/file/"))
    with_retry_after = {
        name for name, one in description["components"]["responses"].items() if "Retry-After" in one["headers"]
    }
    assert with_retry_after == {"TooManyRequests", "ServiceUnavailable"}


def test_every_operation_has_a_unique_summary(description: Any) -> None:
    lines = [operation["summary"] for _path, _method, operation in operations(description)]
    assert len(set(lines)) == len(lines)
    assert not any("None" in line for line in lines)


def test_write_operations_declare_token_and_idempotency_key(description: Any) -> None:
    assert description["components"]["securitySchemes"]["token"]["name"] == "Authorization"
    assert description["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for path, method, operation in operations(description):
        headers = {header["name"] for header in operation.get("parameters", []) if header["in"] == "header"}
        needs_token = method != "get" or path == "/api/v1/me/"
        assert (operation["security"] == [{"bearer": []}, {"token": []}]) == needs_token
        assert ("Idempotency-Key" in headers) == (method == "post")
        assert "If-Match" in headers or method not in ("patch", "delete")


def test_every_parameter_is_described(description: Any) -> None:
    parameters = {
        parameter["name"]: parameter for parameter in description["paths"]["/api/v1/pledges/"]["get"]["parameters"]
    }
    assert len(parameters) == 69
    assert parameters["status_not"]["schema"] == parameters["status"]["schema"]
    for _path, _method, operation in operations(description):
        assert all(parameter["description"] for parameter in operation.get("parameters", []))
    assert parameters["status"]["schema"]["items"]["enum"][0] == "unchecked"
    assert parameters["year"]["schema"] == {"type": "integer", "minimum": 1949, "maximum": 2200}
    assert parameters["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 1000}
    assert parameters["deadline_min"]["schema"] == {"type": "string", "format": "date"}
    assert "-deadline" in parameters["ordering"]["schema"]["enum"]


def test_documentation_page_loads_nothing_from_other_hosts(client: Client) -> None:
    page = client.get("/api/v1/docs/").content.decode()
    assert "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js" in page
    assert "http://" not in page
    assert "https://" not in page
