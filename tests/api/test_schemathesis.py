"""Responses match the OpenAPI document; schemathesis makes the requests from it.

The requests go to the WSGI application within this process. The phase `coverage` makes thousands of them
systematically, and `fuzzing` some at random.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error, positive_data_acceptance
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from pledges.models import FollowUp
from tests.budgets import IS_FUZZING, examples
from tests.factories import Record, make_follow_up

from .conftest import TokenClient

pytest_plugins = ["schemathesis.pytest.plugin"]  # not loaded by itself: the import takes more than a second
pytestmark = pytest.mark.slow

# Parameters that can be rejected although they match the schema: names of rows, and blank control characters.
TEXTS = {
    *(
        "bom",  # of CSV only
        "cursor",
        "dimension",
        "district",
        "document",
        "expand",
        "fields",
        "metric",
        "official",
        "parent",
        "pledge",
        "post",
        "q",
        "since",
        "topic",
        "unit",
        "within",
    )
}
# A request that matches the schema can be rejected by a rule or because of the state of the follow-up.
OF_RESPONSES = [
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
RANDOM_ONLY = {"phases": {"coverage": {"enabled": IS_FUZZING}}}


def described(*operations: dict[str, Any]) -> BaseSchema:
    config = SchemathesisConfig.from_dict({"operations": list(operations)})
    return schemathesis.openapi.from_wsgi("/api/v1/schema/", WSGIHandler(), config=config)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A request keeps the connection with the transaction of the test open, as with the test client of Django."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def checked(case: schemathesis.Case[Any], **options: Any) -> Any:
    """The response, after which the record is as it was."""
    with transaction.atomic():
        response = case.call_and_validate(**options)
        transaction.set_rollback(True)
    return response


# A request that writes is rejected for want of a token before anything else of it is read.
anonymous = described({"exclude-method": "GET", **RANDOM_ONLY})
# Of a request that reads, a token changes only what there is to see of follow-ups.
authenticated = described({"include-method": "GET", "exclude-tag": "follow-ups", **RANDOM_ONLY})


@anonymous.parametrize()
@settings(
    max_examples=examples(15, fuzzing=300), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_responses_match_the_openapi_document(case: schemathesis.Case[Any], record: Record) -> None:
    response = checked(case, excluded_checks=[positive_data_acceptance])
    if case.meta and case.meta.generation.mode.is_positive and response.status_code == 400:
        assert {error["parameter"] for error in response.json()["errors"]} <= TEXTS


@pytest.fixture
def draft(record: Record) -> FollowUp:
    return make_follow_up(record.growth, "in_progress", state="draft", actual=3)


@authenticated.parametrize()
@settings(
    max_examples=examples(4, fuzzing=100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_responses_to_staff_match_the_openapi_document(
    case: schemathesis.Case[Any], record: Record, draft: FollowUp, chief: TokenClient
) -> None:
    if "follow-ups" in case.path:
        case.path_parameters = {"ref": record.growth.ref, "id": draft.pk, "evidence": draft.evidence.get().pk}
    checked(case, headers=chief.headers, checks=OF_RESPONSES)
