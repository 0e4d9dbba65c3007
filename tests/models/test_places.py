"""Districts: codes of several schemes, validity, successors, and search by name, pinyin, initials and code."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from pledges.models import District
from tests.factories import make_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> District:
    return make_district("chongqing", name="重庆市", name_en="Chongqing", pinyin="chong qing shi", code="500000")


@pytest.mark.parametrize("text", ["chongqing", "chong qing", "Chongqing", "CQ", "cqs", "重慶", "渝都", "yudu", "5000"])
def test_district_is_found(text: str, city: District) -> None:
    District.objects.filter(pk=city.pk).update(aliases=["渝都"])
    make_district("lvliang", name="吕梁市", pinyin="lü liang shi", code="141100")
    assert list(District.objects.search(text)) == [city]


@pytest.mark.parametrize("text", ["lvliang", "luliang", "lüliang", "lls", "LL"])
def test_district_with_u_umlaut_is_found(text: str, city: District) -> None:
    other = make_district("lvliang", name="吕梁市", pinyin="lü liang shi", code="141100")
    assert list(District.objects.search(text)) == [other]


def test_former_district_is_found_with_its_successor() -> None:
    above = make_district("changsha", name="长沙市")
    city = make_district("ningxiang", name="宁乡市", parent=above, valid_from="2017")
    county = make_district("ningxiang-county", name="宁乡县", parent=above, successor=city, valid_to="2017-04-10")
    town = make_district("a-town", name="甲镇", parent=county, kind="town")
    assert set(District.objects.within([city.pk])) == {city, county, town}
    assert set(District.objects.within([county.pk])) == {city, county, town}
    assert set(District.objects.within([town.pk])) == {town}


def test_code_of_other_scheme() -> None:
    country = make_district("us", name="美国", kind="country", code="US", code_scheme="ISO 3166-1")
    state = make_district("california", name="加利福尼亚州", code="US-CA", code_scheme="ISO 3166-2", parent=country)
    make_district("other", code="US", code_scheme="ISO 3166-2")  # the same code in another scheme
    for district in (country, state):
        district.full_clean()


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("district_code_of_country", {"code": "USA", "code_scheme": "ISO 3166-1"}),
        ("district_code_fits_url", {"code": "US/CA", "code_scheme": "ISO 3166-2"}),
        ("district_code_scheme_not_empty", {"code_scheme": ""}),
        ("district_validity_is_a_date", {"valid_from": "2017-13"}),
        ("district_validity_is_a_date", {"valid_to": "2017年"}),
        ("district_valid_from_not_after_valid_to", {"valid_from": "2018", "valid_to": "2017-04-10"}),
        ("district_valid_from_not_after_valid_to", {"valid_from": "2017-05", "valid_to": "2017-04-10"}),
        ("district_code_unique", {"code": "500000"}),
    ],
)
def test_impossible_district_is_rejected(rule: str, fields: dict[str, Any], city: District) -> None:
    district = District(**{"slug": "a", "name": "甲", "kind": "county"} | fields)
    with pytest.raises(ValidationError):
        district.full_clean()
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        District.objects.bulk_create([district])


@pytest.mark.parametrize(("valid_from", "valid_to"), [("2017-04-10", "2017"), ("2017", "2017-04-10"), ("", "2017")])
def test_validity_is_compared_as_far_as_both_are_known(valid_from: str, valid_to: str) -> None:
    make_district("a", valid_from=valid_from, valid_to=valid_to).full_clean()


def test_district_cannot_succeed_itself(city: District) -> None:
    other = make_district("b", successor=city)
    city.successor = other
    with pytest.raises(ValidationError, match="接续自己"):
        city.full_clean()
    with pytest.raises(IntegrityError, match="district_not_its_own_successor"), transaction.atomic():
        city.save()
