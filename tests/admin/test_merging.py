"""The pages on which merges and partings are proposed."""

from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse

from pledges.models import Amendment, Official, Post, Redirect
from tests.factories import (
    Record,
    make_district,
    make_document,
    make_follow_up,
    make_metric,
    make_official,
    make_post,
    make_statement,
    make_unit,
    merge_rows,
)

OFFICIALS = reverse("admin:pledges_official_changelist")


def merge(client: Client, url: str, *rows: Any, **data: Any) -> Any:
    return client.post(url, {"action": "merge", ACTION_CHECKBOX_NAME: [row.pk for row in rows], **data})


def test_merge_is_previewed_proposed_and_approved(editor: Client, chief: Client, record: Record) -> None:
    kept, other = record.schools.statement.speaker, record.investment.statement.speaker
    make_follow_up(record.investment)

    first = merge(editor, OFFICIALS, kept, other)
    assert "令狐冲 · 令狐冲" in first.content.decode()
    assert "yl-2025-001" not in first.content.decode()

    preview = merge(editor, OFFICIALS, kept, other, kept=kept.pk, reason="同一人").content.decode()
    assert "官员：张三丰 → 令狐冲" in preview
    assert "yl-2025-001" in preview
    assert not Amendment.objects.exists()

    response = merge(editor, OFFICIALS, kept, other, kept=kept.pk, reason="同一人", propose="")
    amendment = Amendment.objects.get()
    page = reverse("admin:pledges_amendment_change", args=[amendment.pk])
    assert response["Location"] == page
    shown = chief.get(page).content.decode()
    assert "张三丰 → 令狐冲" in shown
    assert "yl-2025-001" in shown
    assert Official.objects.filter(slug="张三丰").exists()

    editor.post(reverse("admin:pledges_amendment_approve", args=[amendment.pk]))
    assert Official.objects.filter(slug="张三丰").exists()
    chief.post(reverse("admin:pledges_amendment_approve", args=[amendment.pk]))
    assert not Official.objects.filter(slug="张三丰").exists()
    assert Redirect.objects.get(kind="official").target == "令狐冲"
    assert "张三丰" in chief.get(page).content.decode()
    assert "张三丰 → 令狐冲" in chief.get(reverse("admin:pledges_amendment_changelist")).content.decode()


def test_fields_in_which_merged_rows_differ_are_shown_before_the_approval(
    editor: Client, chief: Client, record: Record
) -> None:
    kept, other = (
        Post.objects.get(statements=record.investment.statement),
        make_post("旧职", district=make_district("yuquan", name="玉泉区")),
    )
    url = reverse("admin:pledges_post_changelist")

    preview = merge(editor, url, kept, other, kept=kept.pk, reason="同一职务").content.decode()
    assert "<del>玉泉区</del>" in preview
    merge(editor, url, kept, other, kept=kept.pk, reason="同一职务", propose="")
    page = reverse("admin:pledges_amendment_change", args=[Amendment.objects.get().pk])
    assert "<del>玉泉区</del>" in chief.get(page).content.decode()


def test_merges_that_contradict_each_other_are_proposed_anew(editor: Client, chief: Client, record: Record) -> None:
    kept, other = record.schools.statement.speaker, record.investment.statement.speaker
    merge(editor, OFFICIALS, kept, other, kept=kept.pk, reason="同一人", propose="")
    merge(editor, OFFICIALS, kept, other, kept=other.pk, reason="同一人", propose="")
    first, second = Amendment.objects.order_by("pk")
    chief.post(reverse("admin:pledges_amendment_approve", args=[first.pk]))
    response = chief.post(reverse("admin:pledges_amendment_approve", args=[second.pk]), follow=True)
    assert "提出之后记录已有改动" in response.content.decode()
    second.refresh_from_db()
    assert second.state == "proposed"


def test_merge_needs_two_rows_and_a_reason(editor: Client, record: Record) -> None:
    officials = [record.schools.statement.speaker, record.investment.statement.speaker]
    assert merge(editor, OFFICIALS, officials[0]).status_code == 302
    response = merge(editor, OFFICIALS, *officials, kept=officials[0].pk, reason=" ", propose="")
    assert "reason" in response.context["form"].errors
    assert not Amendment.objects.exists()


def test_units_that_measure_differently_are_reported(admin_client: Client, record: Record) -> None:
    url, other = reverse("admin:pledges_unit_changelist"), make_unit("万元", factor=10_000)
    response = merge(admin_client, url, record.investment.unit, other, kept=other.pk, reason="同一单位", propose="")
    assert response.context["form"].non_field_errors()


@pytest.mark.parametrize("kind", ["post", "district", "metric", "unit", "document"])
def test_rows_of_each_kind_can_be_merged(admin_client: Client, record: Record, kind: str) -> None:
    old, new = {
        "post": (make_post("旧职"), Post.objects.get(statements=record.investment.statement)),
        "district": (make_district("old"), record.city),
        "metric": (make_metric("old"), record.investment.metric),
        "unit": (make_unit("亿"), record.investment.unit),
        "document": (make_document("old"), record.investment.statement.document),
    }[kind]
    url = reverse(f"admin:pledges_{kind}_changelist")
    assert merge(admin_client, url, old, new, kept=new.pk, reason="重复").status_code == 200
    assert merge(admin_client, url, old, new, kept=new.pk, reason="重复", propose="").status_code == 302
    assert Amendment.objects.get().merges[-1]["kind"] == kind


def test_parting_is_previewed_proposed_and_approved(editor: Client, chief: Client, record: Record) -> None:
    official = record.investment.statement.speaker
    other = make_statement(official=official, document=make_document("page-2"), post=make_post("局长"))
    url = reverse("admin:pledges_official_part", args=[official.pk])

    assert "张三丰-2" in editor.get(url).content.decode()
    data = {"statements": [record.investment.statement_id], "slug": "张三丰-2", "name": "张三丰", "reason": "两人"}
    assert "yl-2025-001" in editor.post(url, data).content.decode()
    assert not Amendment.objects.exists()
    editor.post(url, data | {"propose": ""})
    amendment = Amendment.objects.get()
    assert "张三丰-2" in chief.get(reverse("admin:pledges_amendment_change", args=[amendment.pk])).content.decode()
    chief.post(reverse("admin:pledges_amendment_approve", args=[amendment.pk]))
    record.investment.statement.refresh_from_db()
    other.refresh_from_db()
    assert (record.investment.statement.speaker.slug, other.speaker.slug) == ("张三丰-2", "张三丰")


def test_parted_official_gets_the_former_name_back(editor: Client, record: Record) -> None:
    official = record.investment.statement.speaker
    merge_rows(make_official("旧人"), official)
    initial = editor.get(reverse("admin:pledges_official_part", args=[official.pk])).context["form"].initial
    assert initial == {"slug": "旧人", "name": "旧人"}


def test_official_is_not_parted_from_themselves(editor: Client, record: Record) -> None:
    official = record.investment.statement.speaker
    url = reverse("admin:pledges_official_part", args=[official.pk])
    data = {"statements": [record.investment.statement_id], "slug": "张三丰", "name": "张三丰", "reason": "两人"}
    response = editor.post(url, data | {"propose": ""})
    assert "slug" in response.context["form"].errors


def test_official_is_added_with_a_name_that_was_merged(editor: Client, record: Record) -> None:
    merge_rows(make_official("旧人"), record.investment.statement.speaker)
    editor.post(reverse("admin:pledges_official_add"), {"name": "旧人", "slug": ""})
    assert Official.objects.get(name="旧人").slug == "旧人-2"
