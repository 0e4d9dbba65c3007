"""The rules of documents agree with the constraints of the database."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from pledges.domain.document_rules import broken_document_rules
from pledges.models import Document
from tests.factories import make_document
from tests.violations import rule_violated_by

LINK = "https://archive.example/1"
CASES: list[tuple[dict[str, Any], set[str]]] = [
    ({"date": "2025-01-20", "published": "2025"}, set()),
    ({"date": "2025-01-20", "published": "2025-01-20"}, set()),
    ({"date": "2025", "published": "2025-03-01"}, set()),
    ({"date": "2025-01-20/..", "published": "2025-01-19/.."}, set()),
    ({"date": "2025-01-20/..", "published": "2025-01-19"}, {"document_published_not_before_said"}),
    ({"date": "2025-02", "published": "2025-01-31"}, {"document_published_not_before_said"}),
    ({"date": "2025", "published": "2024"}, {"document_published_not_before_said"}),
    ({"date": "2025-02", "archived_url": LINK, "archived_on": date(2025, 2, 1)}, set()),
    (
        {"date": "2025-02", "archived_url": LINK, "archived_on": date(2025, 1, 31)},
        {"document_archived_not_before_said"},
    ),
    ({"date": "2025", "archived_url": LINK}, {"document_archived_url_and_day"}),
    ({"date": "2025", "archived_on": date(2025, 2, 1)}, {"document_archived_url_and_day"}),
]


@pytest.mark.django_db
def test_rules_of_documents_are_those_of_the_database() -> None:
    document = make_document()
    for values, expected in CASES:
        fields = {"published": "", "archived_url": "", "archived_on": None} | values
        rules = broken_document_rules(said=fields["date"], **{name: fields[name] for name in fields if name != "date"})
        assert {rule for _field, rule in rules} == expected, values
        assert (_violated(document, fields) or "") in (expected or {""}), values
    assert _violated(document, {"kind": "leaflet"}) == "document_kind_known"
    assert _violated(document, {"published": "2025-13"}) == "document_published_is_a_date"
    with pytest.raises(ValidationError) as error:
        Document(slug="a", date="2025-02", published="2025-01", archived_url=LINK).full_clean()
    assert error.value.message_dict.keys() == {"published", "archived_on"}
    with pytest.raises(ValidationError) as error:
        Document(slug="a", date="2025-02", published="2025-02-30").full_clean()
    assert error.value.message_dict.keys() == {"published"}


def _violated(document: Document, fields: dict[str, Any]) -> str | None:
    return rule_violated_by(lambda: Document.objects.filter(pk=document.pk).update(**fields))
