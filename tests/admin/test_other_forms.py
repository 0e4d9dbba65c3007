"""Admin forms of other models than pledges and follow-ups: violated rules give errors at their fields."""

from django.test import Client
from django.urls import reverse

from pledges.domain.identifiers import slug_of
from pledges.models import District, Document, Official, Unit
from tests.factories import Record, make_post, make_statement

NO_STATEMENTS = {"kind": "plan", "statements-TOTAL_FORMS": 0, "statements-INITIAL_FORMS": 0}
BEFORE = "期限早于发言日期。"


def test_document_date_after_deadline_of_pledge_is_rejected(admin_client: Client, record: Record) -> None:
    document = record.investment.statement.document
    url = reverse("admin:pledges_document_change", args=[document.pk])

    response = admin_client.post(url, {"date": "2026-01-01", **NO_STATEMENTS})

    assert response.context["adminform"].form.errors == {"date": [BEFORE]}


def test_invalid_document_date_is_rejected(admin_client: Client, record: Record) -> None:
    add = reverse("admin:pledges_document_add")

    for date in ("2025-02-30", "0000", "2025-1", "soon"):
        response = admin_client.post(add, {"slug": "page", "date": date, **NO_STATEMENTS})
        assert response.context["adminform"].form.errors == {
            "date": ["日期请写作 2025、2025-01、2025-01-20 或 2025-01-20/.."]
        }
    assert not Document.objects.filter(slug="page").exists()


def test_moving_statement_to_document_after_deadline_is_rejected(admin_client: Client, record: Record) -> None:
    later = Document.objects.create(slug="later", date="2026-02")
    statement = record.investment.statement
    url = reverse("admin:pledges_statement_change", args=[statement.pk])
    no_pledges = {"pledges-TOTAL_FORMS": 0, "pledges-INITIAL_FORMS": 0}

    response = admin_client.post(
        url, {"document": later.pk, "official": statement.official_id, "post": statement.post_id, **no_pledges}
    )

    assert response.context["adminform"].form.errors == {"document": [BEFORE]}


def test_second_statement_of_official_in_the_same_post_is_rejected(admin_client: Client, record: Record) -> None:
    statement = record.investment.statement
    data = {"document": statement.document_id, "official": statement.official_id, "post": statement.post_id}

    response = admin_client.post(reverse("admin:pledges_statement_add"), data)

    assert response.context["adminform"].form.non_field_errors() == ["这份文件里已有同一官员或机构的发言。"]


def test_statement_of_official_in_another_post_is_accepted(admin_client: Client, record: Record) -> None:
    statement = record.investment.statement
    data = {"document": statement.document_id, "official": statement.official_id, "post": make_post("县委书记").pk}

    assert admin_client.post(reverse("admin:pledges_statement_add"), data).status_code == 302


def test_new_official_gets_a_free_slug_from_the_name(admin_client: Client, record: Record) -> None:
    add = reverse("admin:pledges_official_add")
    for name in ("张三丰", "张三丰", "Mia Lou Example", "Mia-Lou Example"):
        assert admin_client.post(add, {"name": name, "slug": ""}).status_code == 302
    assert list(Official.objects.order_by("-pk").values_list("slug", "name")[:4]) == [
        ("Mia-Lou-Example-2", "Mia-Lou Example"),
        ("Mia-Lou-Example", "Mia Lou Example"),
        ("张三丰-3", "张三丰"),
        ("张三丰-2", "张三丰"),
    ]


def test_taken_slug_of_an_official_is_rejected(admin_client: Client, record: Record) -> None:
    response = admin_client.post(reverse("admin:pledges_official_add"), {"name": "张三", "slug": "张三丰"})

    assert "slug" in response.context["adminform"].form.errors


def test_district_below_itself_is_rejected(admin_client: Client, record: Record) -> None:
    url = reverse("admin:pledges_district_change", args=[record.city.pk])

    data = {"name": "云岭市", "kind": "prefecture_level_city", "code_scheme": "GB/T 2260", "parent": record.county.pk}
    response = admin_client.post(url, data)

    assert response.context["adminform"].form.errors == {"parent": ["地区不能隶属于自身或其下级。"]}


def test_zones_without_code_are_saved(admin_client: Client, record: Record) -> None:
    data = {
        "slug": "new-zone",
        "name": "新区",
        "kind": "zone",
        "code_scheme": "GB/T 2260",
        "parent": record.city.pk,
        "aliases": "新区一期,新区二期",
    }

    for slug in ("new-zone", "newer-zone"):
        assert (
            admin_client.post(reverse("admin:pledges_district_add"), data | {"slug": slug, "name": slug}).status_code
            == 302
        )

    zone = District.objects.get(slug="new-zone")
    assert (zone.code, zone.aliases) == (None, ["新区一期", "新区二期"])


def test_unit_with_special_character_is_edited_and_keeps_symbol(admin_client: Client, record: Record) -> None:
    url = reverse("admin:pledges_unit_change", args=["%"])
    unit = Unit.objects.get(pk="%")

    assert admin_client.get(url).status_code == 200
    data = {
        "symbol": "percent",
        "dimension": unit.dimension_id,
        "numerator": "1",
        "denominator": "1",
        "name_en": "per cent",
    }
    assert admin_client.post(url, data).status_code == 302

    assert Unit.objects.get(pk="%").name_en == "per cent"
    assert not Unit.objects.filter(pk="percent").exists()


def test_district_with_pledges_is_not_deleted(admin_client: Client, record: Record) -> None:
    url = reverse("admin:pledges_district_delete", args=[record.county.pk])

    assert admin_client.post(url, {"post": "yes"}).status_code == 200
    assert District.objects.filter(pk=record.county.pk).exists()


def test_list_of_officials_shows_latest_post(admin_client: Client, record: Record) -> None:
    make_statement(
        document=Document.objects.create(slug="later", date="2026-02"),
        official=record.investment.statement.official,
        post=record.schools.statement.post,
    )

    page = admin_client.get(reverse("admin:pledges_official_changelist"), {"q": "张三丰"}).content.decode()

    assert "山阴县教育局局长" in page
    assert "云岭市委副书记、市长" not in page


def test_official_without_slug_gets_the_one_that_a_file_gives(admin_client: Client) -> None:
    """The file then means this official."""
    response = admin_client.post("/admin/pledges/official/add/", {"name": "古丽娜 • 艾合买提", "slug": ""})

    assert response.status_code == 302
    official = Official.objects.get(slug__startswith="古丽娜")
    assert (official.name, official.slug) == ("古丽娜·艾合买提", slug_of("古丽娜·艾合买提"))


def test_official_may_have_any_slug_that_a_file_may_give(admin_client: Client) -> None:
    url = "/admin/pledges/official/add/"
    assert admin_client.post(url, {"name": "古丽娜", "slug": "古丽娜·艾合买提\u200b"}).status_code == 302
    assert Official.objects.get(name="古丽娜").slug == "古丽娜·艾合买提"

    response = admin_client.post(url, {"name": "乙", "slug": "乙/丙"})
    assert response.context["adminform"].form.errors["slug"]
