"""Export of lists as CSV and XLSX."""

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.sites import site
from django.contrib.auth.models import Permission
from django.test import Client
from openpyxl import load_workbook

from pledges.admin.base import BaseAdmin
from pledges.admin.mixins import exports
from pledges.admin.mixins.exports import RESOURCES
from pledges.models import District, Document, FollowUp, Pledge, PledgeToCheck, Unit
from tests.factories import Record, make_follow_up, make_pledge, make_user

XLSX, CSV = "0", "1"


def export(client: Client, model: str, query: str = "", *, kind: str = CSV, resource: str = "0") -> Any:
    response = client.post(f"/admin/pledges/{model}/export/{query}", {"format": kind, "resource": resource})
    assert response.status_code == 200
    return response


def rows(client: Client, model: str, query: str = "", **options: Any) -> list[dict[str, str]]:
    text = export(client, model, query, **options).content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def cells(client: Client, model: str, **options: Any) -> list[dict[str, Any]]:
    content = export(client, model, kind=XLSX, **options).content
    header, *others = load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in others]


def test_every_list_has_an_export() -> None:
    registered = filter(site.is_registered, apps.get_app_config("pledges").get_models())
    lists = {model for model in registered if isinstance(site.get_model_admin(model), BaseAdmin)}
    assert Pledge in lists
    assert lists <= set(RESOURCES)


@pytest.mark.slow
@pytest.mark.parametrize("model", sorted(model._meta.model_name or "" for model in RESOURCES))
def test_list_links_to_its_export(admin_client: Client, record: Record, model: str) -> None:
    make_follow_up(record.growth)

    assert f"/admin/pledges/{model}/export/" in admin_client.get(f"/admin/pledges/{model}/").content.decode()
    assert admin_client.get(f"/admin/pledges/{model}/export/").status_code == 200
    assert rows(admin_client, model)
    assert cells(admin_client, model)


def test_export_of_pledges_has_public_and_editorial_columns(admin_client: Client, record: Record) -> None:
    row = rows(admin_client, "pledge", "?q=yl-2025-001")[0]

    assert (row["ref"], row["value"], row["unit"], row["deadline"]) == ("yl-2025-001", "385", "亿元", "2025-12-31")
    assert (row["official"], row["district"], row["state"]) == ("张三丰", "云岭市", "published")
    assert "search_text" not in row


def test_export_keeps_filters_search_and_order(admin_client: Client, record: Record) -> None:
    make_pledge("yl-2025-009", state="draft", statement=record.investment.statement)

    def refs(query: str) -> list[str]:
        return [row["ref"] for row in rows(admin_client, "pledge", query)]

    assert refs("?q=学校") == ["yl-2026-001"]
    assert refs("?state=draft") == ["yl-2025-009"]
    assert refs("?o=1") == ["yl-2025-001", "yl-2025-002", "yl-2025-009", "yl-2026-001"]


def test_export_of_follow_ups_has_pledge_ratio_and_evidence(admin_client: Client, record: Record) -> None:
    make_follow_up(record.investment, actual=308, status="partly_met")

    row = rows(admin_client, "followup")[0]

    assert (row["ref"], row["district"], row["status"], row["state"]) == (
        "yl-2025-001",
        "云岭市",
        "partly_met",
        "approved",
    )
    assert (row["actual"], row["unit"], row["ratio"], row["as_of"]) == ("308", "亿元", "0.8", "2025-12-31")
    assert (row["author"], row["reviewer"]) == ("editor", "chief")
    assert row["evidence"] == "https://news.example/report"


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+A1", "-A1", "@SUM(A1)", "＝1+1", "＋1+A1", "－A1", "＠x"],
)
def test_formula_is_escaped_in_csv_and_text_in_xlsx(admin_client: Client, record: Record, text: str) -> None:
    Document.objects.filter(pk=record.investment.statement.document_id).update(title=text)

    assert "'" + text in [row["title"] for row in rows(admin_client, "document")]
    book = load_workbook(BytesIO(export(admin_client, "document", kind=XLSX).content))
    assert [cell.data_type for cell in book.active["B"] if cell.value == text] == ["s"]


def test_negative_number_is_not_escaped(admin_client: Client, record: Record) -> None:
    Pledge.objects.filter(pk=record.growth.pk).update(value=-3, label="-3")

    row = rows(admin_client, "pledge", "?q=yl-2025-002")[0]
    assert (row["value"], row["label"]) == ("-3", "-3")
    assert -3 in [row["value"] for row in cells(admin_client, "pledge")]


def test_number_too_long_for_a_cell_is_written_as_text(admin_client: Client, record: Record) -> None:
    Unit.objects.filter(pk="所").update(numerator="12345678901234567", denominator=10**7)
    assert "1234567890.1234567" in [row["factor"] for row in cells(admin_client, "unit")]


def test_control_characters_are_left_out(admin_client: Client, record: Record) -> None:
    District.objects.filter(pk=record.county.pk).update(name="山\x0b阴县")
    assert "山阴县" in [row["name"] for row in cells(admin_client, "district")]


def test_csv_has_byte_order_mark_and_file_name(admin_client: Client, record: Record) -> None:
    response = export(admin_client, "district")

    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response["Content-Disposition"].startswith('attachment; filename="district-20')
    assert response["Content-Disposition"].endswith('.csv"')


def test_export_needs_view_permission(record: Record) -> None:
    user = make_user("narrow")
    user.user_permissions.add(Permission.objects.get(codename="view_pledge"))
    client = Client()
    client.force_login(user)

    assert client.post("/admin/pledges/pledge/export/", {"format": CSV, "resource": "0"}).status_code == 200
    assert client.post("/admin/pledges/followup/export/", {"format": CSV, "resource": "0"}).status_code == 403
    assert client.get("/admin/pledges/district/export/").status_code == 403


def test_export_of_too_many_rows_is_rejected_with_message(
    admin_client: Client, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MAX_ROWS", 2)
    page = export(admin_client, "pledge").content.decode()
    assert "一次最多导出 2 行" in page


def test_checking_queue_exports_template_for_import(admin_client: Client, record: Record) -> None:
    assert PledgeToCheck in RESOURCES
    row = next(row for row in rows(admin_client, "pledgetocheck") if row["ref"] == "yl-2025-001")

    assert (row["actual"], row["unit"], row["as_of"]) == ("", "亿元", "2025-12-31")
    assert row["target"] == "至少 385 亿元，不晚于 2025-12-31"


def test_export_of_follow_ups_needs_constant_number_of_queries(
    admin_client: Client, record: Record, django_assert_max_num_queries: Any
) -> None:
    for pledge in (record.investment, record.growth, record.schools):
        make_follow_up(pledge, "in_progress", as_of="2025-12-30")
    assert FollowUp.objects.count() == 3
    with django_assert_max_num_queries(12):
        rows(admin_client, "followup")
