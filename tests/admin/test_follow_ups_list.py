"""The admin list of follow-ups, and the suggested status while a figure is typed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pledges.models import FollowUp
from pledges.models.choices import ReviewState, Status
from tests.admin.pages import LIST, add_url
from tests.factories import Record, make_district, make_follow_up, make_metric, make_pledge, make_unit, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def refs(client: Client, **parameters: Any) -> list[str]:
    response = client.get(LIST, parameters)
    assert response.status_code == 200, response.headers
    return [follow_up.pledge.ref for follow_up in response.context["cl"].result_list]


def count_queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.fixture(scope="module")
def module_follow_ups(module_record: Record) -> None:
    """Add an approved, a returned, a submitted and a draft follow-up, each for a different pledge, to the record."""
    record = module_record
    make_follow_up(record.investment, actual="400.7", summary="统计公报已公布。")
    make_follow_up(record.schools, as_of="2026-05-31", state=ReviewState.RETURNED, reviewer=make_user("other"))
    make_follow_up(record.growth, Status.UNVERIFIABLE, state=ReviewState.SUBMITTED, author=make_user("author"))
    make_follow_up(make_pledge("yl-2025-003"), Status.IN_PROGRESS, state=ReviewState.DRAFT, summary="还在建设")


@pytest.fixture
def follow_ups(module_follow_ups: None, record: Record) -> Record:
    return record


def test_list_shows_submitted_first_then_newest(admin_client: Client, follow_ups: Record) -> None:
    assert refs(admin_client) == ["yl-2025-002", "yl-2025-003", "yl-2026-001", "yl-2025-001"]


def test_row_shows_figure_and_completion_ratio(admin_client: Client, follow_ups: Record) -> None:
    page = admin_client.get(LIST, {"q": "yl-2025-001"}).content.decode()

    for words in ("yl-2025-001", "年度投资额", "云岭市", "400.7 亿元", "104%", "已兑现"):
        assert words in page


@pytest.mark.parametrize("words", ["还在建设", "yl-2025-003"])
def test_search_finds_summary_and_reference(admin_client: Client, follow_ups: Record, words: str) -> None:
    assert refs(admin_client, q=words) == ["yl-2025-003"]


def test_search_finds_text_of_pledge(admin_client: Client, follow_ups: Record) -> None:
    assert refs(admin_client, q="算力 张三丰") == ["yl-2025-002"]


@pytest.mark.parametrize(
    "filters",
    [
        lambda follow_ups: {"state__exact": "returned"},
        lambda follow_ups: {"pledge__year": 2026},
        lambda follow_ups: {"pledge__district__id__exact": follow_ups.county.pk},
        lambda follow_ups: {"pledge__statement__official__id__exact": follow_ups.schools.statement.official_id},
        lambda follow_ups: {"pledge__metric__id__exact": follow_ups.schools.metric_id},
        lambda follow_ups: {"reviewer__id__exact": make_user("other").pk},
    ],
)
def test_list_of_follow_ups_is_filtered(
    admin_client: Client, follow_ups: Record, filters: Callable[[Record], dict[str, Any]]
) -> None:
    assert refs(admin_client, **filters(follow_ups)) == ["yl-2026-001"]


def test_list_of_follow_ups_is_filtered_by_status_and_author(admin_client: Client, follow_ups: Record) -> None:
    assert refs(admin_client, status__exact="unverifiable") == ["yl-2025-002"]
    assert refs(admin_client, author__id__exact=make_user("author").pk) == ["yl-2025-002"]


def make_row(number: int) -> FollowUp:
    pledge = make_pledge(
        f"row-{number}",
        district=make_district(f"row-{number}"),
        metric=make_metric(f"row-{number}"),
        unit=make_unit(f"单位{number}"),
    )
    return make_follow_up(pledge, actual=400, author=make_user(f"author-{number}"))


def test_list_of_follow_ups_needs_constant_number_of_queries(admin_client: Client) -> None:
    for number in range(3):
        make_row(number)
    query_count = count_queries(admin_client, LIST)

    for number in range(3, 8):
        make_row(number)

    assert count_queries(admin_client, LIST) == query_count


def test_form_needs_constant_number_of_queries(admin_client: Client, record: Record) -> None:
    def make_similar_pledge(number: int) -> None:
        earlier = make_pledge(f"row-{number}", district=record.city, metric=record.investment.metric)
        make_follow_up(earlier, actual=400)
        make_follow_up(record.investment, actual=400)

    make_similar_pledge(0)
    admin_client.get(add_url(record.investment))  # fill the caches, so that they don't affect the count
    query_count = count_queries(admin_client, add_url(record.investment))

    for number in range(1, 4):
        make_similar_pledge(number)

    assert count_queries(admin_client, add_url(record.investment)) == query_count
