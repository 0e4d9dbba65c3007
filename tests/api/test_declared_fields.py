"""Forms, filter sets and serializers copy only the declared fields that a request uses."""

from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from django.forms import ChoiceField
from django.http import QueryDict

from pledges.api.fast_lists.pagination import PagingForm
from pledges.api.fast_lists.selection import Selection
from pledges.api.serializers.records import DistrictSerializer, PledgeSerializer
from pledges.filters.pledges import PledgeFilter, RowsFilter
from pledges.models import Pledge


def filters(query: str) -> Any:
    return PledgeFilter(QueryDict(query), queryset=Pledge.objects.none()).filters


def form_fields(query: str) -> Any:
    return PagingForm(QueryDict(query), key="ref", orderings={"year": "year"}, default="").fields


def serializer_fields(name: str) -> Any:
    return PledgeSerializer(selection=Selection((name,))).fields


@pytest.mark.parametrize(
    ("make", "kind", "used", "other"),
    [
        (filters, RowsFilter, "district=x", "year=2025"),
        (form_fields, ChoiceField, "count=exact", "limit=5"),
        (serializer_fields, DistrictSerializer, "district", "ref"),
    ],
)
def test_unused_declaration_is_not_copied(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[str], Any], kind: type, used: str, other: str
) -> None:
    def fail(_self: Any, _memo: Any) -> NoReturn:
        raise RuntimeError("copied")

    monkeypatch.setattr(kind, "__deepcopy__", fail, raising=False)
    assert list(make(other)) == [other.partition("=")[0]]
    with pytest.raises(RuntimeError, match="copied"):
        make(used)["district"]
