"""Lists: columns, search, filters, actions, and the number of queries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from pledges.models import Pledge
from pledges.models.choices import State
from tests.factories import (
    Record,
    make_dimension,
    make_district,
    make_document,
    make_metric,
    make_official,
    make_pledge,
    make_post,
    make_statement,
    make_topic,
    make_unit,
    make_user,
)

admin.autodiscover()
MODELS = [model for model in apps.get_models() if admin.site.is_registered(model)]
PLEDGES = "/admin/pledges/pledge/"


def make_row_in_every_list(number: int) -> Pledge:
    """Create a pledge whose related rows are new, so that every list gets a row."""
    name = f"row-{number}"
    district = make_district(name)
    dimension = make_dimension(name)
    return make_pledge(
        name,
        district=district,
        unit=make_unit(f"单位{number}", dimension=dimension),
        metric=make_metric(name, topic=make_topic(name), dimension=dimension),
        statement=make_statement(
            document=make_document(name),
            official=make_official(f"风清扬{number}"),
            post=make_post(f"县长{number}", district=district),
        ),
    )


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def queries_of_each_list(client: Client) -> dict[type[models.Model], int]:
    names = {model: f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in MODELS}
    return {model: queries(client, reverse(name)) for model, name in names.items()}


@pytest.fixture(scope="module")
def queries_by_rows(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> dict[int, dict[type[models.Model], int]]:
    """Return the number of queries of each list with 3 rows and with 8 rows."""
    with django_db_blocker.unblock(), transaction.atomic():
        client = Client()
        client.force_login(make_user("admin", is_superuser=True))
        for number in range(3):
            make_row_in_every_list(number)
        few = queries_of_each_list(client)
        for number in range(3, 8):
            make_row_in_every_list(number)
        many = queries_of_each_list(client)
        transaction.set_rollback(True)
    return {3: few, 8: many}


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_list_needs_constant_number_of_queries(
    queries_by_rows: dict[int, dict[type[models.Model], int]], model: type[models.Model]
) -> None:
    assert queries_by_rows[8][model] == queries_by_rows[3][model]


def changelist(client: Client, url: str, **parameters: Any) -> ChangeList:
    response: Any = client.get(url, parameters)
    assert response.status_code == 200, response.headers
    found: ChangeList = response.context_data["cl"]
    return found


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_has_a_search(
    admin_client: Client, record: Record, unrendered_pages: None, model: type[models.Model]
) -> None:
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")

    assert changelist(admin_client, url, q="nobody-of-this-name").result_count == 0


def refs(client: Client, **parameters: Any) -> set[str]:
    return {pledge.ref for pledge in changelist(client, PLEDGES, **parameters).result_list}


@pytest.mark.parametrize("words", ["算力", "张三丰 产值", "经开区 力争", "yl-2025-002"])
def test_search_finds_pledges_by_text_and_reference(
    admin_client: Client, record: Record, unrendered_pages: None, words: str
) -> None:
    assert refs(admin_client, q=words) == {"yl-2025-002"}


@pytest.mark.parametrize(
    "filters",
    [
        lambda record: {"district__id__exact": record.county.pk},
        lambda record: {"statement__official__id__exact": record.schools.statement.official_id},
        lambda record: {"statement__document__id__exact": record.schools.statement.document_id},
        lambda record: {"statement__post__id__exact": record.schools.statement.post_id},
        lambda record: {"statement__id__exact": record.schools.statement_id},
        lambda record: {"metric__id__exact": record.schools.metric_id},
        lambda record: {"metric__topic__id__exact": record.schools.metric.topic_id},
        lambda record: {"unit__symbol__exact": "所"},
        lambda record: {"unit__dimension__id__exact": record.schools.unit.dimension_id},
        lambda record: {"year": 2026},
        lambda record: {"deadline__year": 2026},
        lambda record: {"strength__exact": "planned"},
        lambda record: {"deadline_from": "2026-01-01"},
    ],
)
def test_list_of_pledges_is_filtered(
    admin_client: Client, record: Record, unrendered_pages: None, filters: Callable[[Record], dict[str, Any]]
) -> None:
    assert refs(admin_client, **filters(record)) == {"yl-2026-001"}


def test_list_of_pledges_is_filtered_by_timeliness(
    admin_client: Client, record: Record, unrendered_pages: None
) -> None:
    Pledge.objects.filter(pk=record.schools.pk).update(year=2199, deadline="2199-12-31")

    assert refs(admin_client, timeliness="overdue") == {"yl-2025-001"}
    assert refs(admin_client, timeliness="upcoming") == {"yl-2026-001"}
    assert refs(admin_client, timeliness="due_soon") == set()


def test_count_of_district_links_to_its_pledges(admin_client: Client, record: Record) -> None:
    page = admin_client.get(reverse("admin:pledges_district_changelist"))

    assert f'href="{PLEDGES}?district__id__exact={record.county.pk}">1</a>' in page.content.decode()


def test_row_of_pledge_shows_target_timeliness_status_and_state(admin_client: Client, record: Record) -> None:
    page = admin_client.get(PLEDGES, {"q": "yl-2025-001"}).content.decode()

    for words in ("至少 385 亿元，不晚于 2025-12-31", "已逾期", "未核查", "已发布"):
        assert words in page


def test_bulk_publication_counts_published_drafts(admin_client: Client, record: Record) -> None:
    draft = make_pledge("yl-2025-009", state=State.DRAFT)
    selected = {"action": "publish", "_selected_action": [draft.pk, record.schools.pk]}

    page = admin_client.post(PLEDGES, selected, follow=True)

    assert "已发布 1 条承诺。" in page.content.decode()
    draft.refresh_from_db()
    assert draft.state == State.PUBLISHED


def test_bulk_retraction_leaves_drafts_alone(admin_client: Client, record: Record) -> None:
    draft = make_pledge("yl-2025-009", state=State.DRAFT)
    selected = {"action": "retract", "_selected_action": [draft.pk, record.schools.pk]}

    page = admin_client.post(PLEDGES, selected, follow=True)

    assert "已撤下 1 条承诺。" in page.content.decode()
    assert dict(Pledge.objects.values_list("ref", "state")) == {
        "yl-2025-001": State.PUBLISHED,
        "yl-2025-002": State.PUBLISHED,
        "yl-2025-009": State.DRAFT,
        "yl-2026-001": State.RETRACTED,
    }


@pytest.mark.parametrize("term", ["huhehaote", "HOHHOT", "呼和浩特", "plant 五"])
def test_lists_find_english_names_and_pinyin(
    admin_client: Client, record: Record, unrendered_pages: None, term: str
) -> None:
    city = make_district("city-of-h", name="呼和浩特市", name_en="Hohhot")
    make_pledge("hh-1", district=city, quote="we plant 五")
    assert "hh-1" in refs(admin_client, q=term)


@pytest.mark.parametrize(
    ("path", "term"),
    [
        ("official", "zhangsanfeng"),
        ("official", "張三豐"),
        ("district", "yunlingshi"),
        ("metric", "TOUZI"),
        ("document", "yunlingribao"),
        ("post", "shizhang"),
        ("statement", "zhangsanfeng"),
        ("unit", "億元"),
        ("dimension", "資金"),
        ("pledgetocheck", "億元"),
    ],
)
def test_list_is_searched_regardless_of_spelling(
    admin_client: Client, record: Record, unrendered_pages: None, path: str, term: str
) -> None:
    make_dimension("fund", name="资金")
    assert changelist(admin_client, f"/admin/pledges/{path}/", q=term).result_count > 0
