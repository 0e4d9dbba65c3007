"""Responses match the OpenAPI document, from which schemathesis generates the requests.

The requests are sent to the WSGI application within this process. The phase `fuzzing` generates a fixed number at
random for each operation. The phase `coverage` generates thousands systematically, in `make fuzz` only.
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

pytest_plugins = [
    "schemathesis.pytest.plugin"
]  # loaded only by this module, because its import takes more than a second
pytestmark = pytest.mark.slow

# Parameters whose values may be rejected although they match the schema: names of rows, texts that are blank, and
# amounts without a dimension.
ROWS_AND_VALUES = {
    *(
        "amount_max",
        "amount_min",
        "body",
        "bom",  # accepted for CSV only
        "compared_with",
        "compared_with_district",
        "cursor",
        "dimension",
        "district",
        "document",
        "expand",
        "fields",
        "metric",
        "official",
        "official_slug",
        "parent",
        "period",
        "pledge",
        "post",
        "q",
        "ref",
        "responsible_body",
        "since",
        "supersedes",
        "topic",
        "unit",
        "within",
    )
}
REJECTABLE_PARAMETERS = ROWS_AND_VALUES | {f"{name}_not" for name in ROWS_AND_VALUES}
# Without `positive_data_acceptance`: a rule, or the state of a follow-up, may reject a request that matches the schema.
RESPONSE_CHECKS = [
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]


def load_schema() -> BaseSchema:
    phases = {"coverage": {"enabled": IS_FUZZING}}
    config = SchemathesisConfig.from_dict({"phases": phases})
    return schemathesis.openapi.from_wsgi("/api/v1/schema/", WSGIHandler(), config=config)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Keep the database connection of the test open during requests, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def validate_and_roll_back(case: schemathesis.Case[Any], **options: Any) -> Any:
    """Return the validated response to a request, and undo what the request changed in the record."""
    with transaction.atomic():
        response = case.call_and_validate(**options)
        transaction.set_rollback(True)
    return response


schema = load_schema()


@schema.parametrize()
@settings(
    max_examples=examples(5, fuzzing=300), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_responses_match_the_openapi_document(case: schemathesis.Case[Any], record: Record) -> None:
    response = validate_and_roll_back(case, excluded_checks=[positive_data_acceptance])
    if case.meta and case.meta.generation.mode.is_positive and response.status_code == 400:
        assert {error["parameter"] for error in response.json()["errors"]} <= REJECTABLE_PARAMETERS


@pytest.fixture
def draft(record: Record) -> FollowUp:
    return make_follow_up(record.growth, "in_progress", state="draft", actual=3)


@schema.parametrize()
@settings(
    max_examples=examples(2, fuzzing=100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_responses_to_staff_match_the_openapi_document(
    case: schemathesis.Case[Any], record: Record, draft: FollowUp, chief: TokenClient
) -> None:
    if "follow-ups" in case.path:
        case.path_parameters = {"ref": record.growth.ref, "id": draft.pk, "evidence": draft.evidence.get().pk}
    validate_and_roll_back(case, headers=chief.headers, checks=RESPONSE_CHECKS)
