"""The admin form of pledges."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.admin.sites import site
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pledges.admin.pledge import PledgeAdmin
from pledges.admin.write_errors import error_message
from pledges.domain.numbers import plain
from pledges.importer.references import next_reference
from pledges.models import Document, Metric, Pledge
from pledges.models.choices import ReviewState, State, Status
from tests.factories import Record, make_body, make_district, make_follow_up, make_pledge, make_unit, make_user

pytestmark = pytest.mark.slow

ADD = "/admin/pledges/pledge/add/"


def change_url(pledge: Pledge) -> str:
    return reverse("admin:pledges_pledge_change", args=[pledge.pk])


def filled_in(record: Record, **fields: Any) -> dict[str, Any]:
    pledge = record.investment
    return {
        "ref": "yl-2025-003",
        "statement": pledge.statement_id,
        "quote": "新建学校3所",
        "district": pledge.district_id,
        "metric": record.schools.metric_id,
        "label": "新建学校数",
        "measure": "total",
        "bound": "exact",
        "value": "3",
        "unit": "所",
        "year": 2025,
        "deadline": "2025-12-31",
        "strength": "firm",
        "tier": "core",
        "note": "",
        "state": "draft",
    } | fields


def posted(client: Client, pledge: Pledge, **changes: Any) -> dict[str, Any]:
    """Return the data that a browser posts after opening a form and changing some of its fields."""
    page = client.get(change_url(pledge))
    form = page.context["adminform"].form
    opened = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    hidden = {f"initial-{name}": value for name, value in opened.items()}
    formsets = [formset.formset.management_form.initial for formset in page.context["inline_admin_formsets"]]
    management = {f"follow_ups-{name}": value for initial in formsets for name, value in initial.items()}
    return opened | hidden | management | changes


def errors(client: Client, url: str, data: dict[str, Any]) -> list[str]:
    response = client.post(url, data)
    assert response.status_code == 200, "the form was saved"
    form = response.context["adminform"].form
    return [str(error) for messages in form.errors.values() for error in messages]


def test_new_pledge_is_draft_with_next_reference(admin_client: Client, record: Record) -> None:
    initial = admin_client.get(ADD).context["adminform"].form

    assert initial["ref"].value() == next_reference(timezone.localdate().year)
    assert initial["state"].value() == State.DRAFT


def test_new_pledge_is_saved_with_amount(admin_client: Client, record: Record) -> None:
    assert (
        admin_client.post(
            ADD, filled_in(record, value="12.5", unit="亿元", metric=record.investment.metric_id)
        ).status_code
        == 302
    )

    pledge = Pledge.objects.get(ref="yl-2025-003")
    assert (pledge.amount, pledge.state) == (1_250_000_000, State.DRAFT)


def test_probably_wrong_pledge_is_saved_only_once_confirmed(admin_client: Client, record: Record) -> None:
    data = filled_in(record, unit="亿元", quote="新建学校3亿元")
    message = "该指标的单位应与“所”同类，而不是“亿元”。"
    assert errors(admin_client, ADD, data) == [message]
    page = admin_client.post(ADD, data).content.decode()
    assert '<input type="checkbox" name="confirm" value="unit_of_other_dimension|亿元|所"' in page
    assert not Pledge.objects.filter(ref="yl-2025-003").exists()

    assert admin_client.post(ADD, data | {"confirm": "unit_of_other_dimension|亿元|所"}).status_code == 302
    pledge = Pledge.objects.get(ref="yl-2025-003")

    # What was confirmed, or loaded, is not held again; what another change makes wrong is.
    assert admin_client.post(change_url(pledge), posted(admin_client, pledge, note="原文如此")).status_code == 302
    changed = posted(admin_client, pledge, quote="学校排名进入前3名")
    assert errors(admin_client, change_url(pledge), changed) == ["“前3名”是名次，口径却不是排名。"]


def test_save_and_add_another_copies_shared_fields(admin_client: Client, record: Record) -> None:
    page = admin_client.post(ADD, filled_in(record, _addanother=""), follow=True)

    form = page.context["adminform"].form
    assert form["statement"].value() == str(record.investment.statement_id)
    assert form["district"].value() == str(record.city.pk)
    assert form["ref"].value() == "yl-2025-004"  # in the series of the document
    assert not form["quote"].value()


def test_statement_links_to_prefilled_new_pledge(admin_client: Client, record: Record) -> None:
    url = reverse("admin:pledges_statement_add_pledge", args=[record.schools.statement_id])

    form = admin_client.get(url, follow=True).context["adminform"].form

    assert form["statement"].value() == str(record.schools.statement_id)
    assert form["district"].value() == str(record.county.pk)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"value": "-1"}, "只有增长率、增量和时点存量可以是负数。"),
        ({"value_max": "2"}, "区间上限不能小于下限。"),
        ({"measure": "share", "value": "3"}, "增长率和占比的单位须为百分号。"),
        ({"measure": "share", "unit": "%", "value": "101"}, "占比不能超过百分之百。"),
        ({"measure": "rank", "value": "0"}, "排名最小为 1。"),
        ({"year": 1900}, "年度须在 1949 至 2200 之间。"),
        ({"year": 2026}, "期限早于计划年度。"),
        ({"year": 2024, "deadline": "2024-12-31"}, "期限早于发言日期。"),
        ({"ref": "yl-2025-001"}, "这个编号已被另一条承诺使用。"),
        ({"ref": "云岭-1"}, "编号含有不能使用的字符（“云”），只能使用拉丁字母、数字、“.”、“-”和“_”。"),
        ({"ref": "yl 1"}, "编号含有不能使用的字符（空格），只能使用拉丁字母、数字、“.”、“-”和“_”。"),
        ({"ref": "yl\u200b1"}, "编号含有不能使用的字符（U+200B），只能使用拉丁字母、数字、“.”、“-”和“_”。"),
        ({"ref": "-yl-1"}, "编号的首字符（“-”）须为字母或数字。"),
        ({"ref": "y" * 65}, "确保该变量包含不超过 64 字符 (目前字符数 65)。"),
    ],
)
def test_violated_constraint_gives_message_in_form(
    admin_client: Client, record: Record, wrong: dict[str, Any], message: str
) -> None:
    assert errors(admin_client, ADD, filled_in(record, **wrong)) == [message]


def test_form_shows_quote_in_page_text(admin_client: Client, record: Record) -> None:
    Document.objects.filter(pk=record.investment.statement.document_id).update(
        text="全年<b>年度计划\n投资385亿元</b>。"
    )

    page = admin_client.get(change_url(record.investment)).content.decode()

    assert "…全年&lt;b&gt;<mark>年度计划投资385亿元</mark>&lt;/b&gt;。…" in page


def test_form_warns_of_quote_missing_in_page_text(admin_client: Client, record: Record) -> None:
    page = admin_client.get(change_url(record.investment)).content.decode()

    assert "版面上找不到与引文逐字一致的文字。" in page


def test_saving_quote_missing_in_page_text_warns(admin_client: Client, record: Record) -> None:
    page = admin_client.post(ADD, filled_in(record), follow=True).content.decode()

    assert "版面上找不到与引文逐字一致的文字。" in page


def test_form_shows_target_and_amount(admin_client: Client, record: Record) -> None:
    page = admin_client.get(change_url(record.investment)).content.decode()

    assert "至少 385 亿元，不晚于 2025-12-31" in page
    assert "38,500,000,000 元" in page
    assert 'value="385"' in page


def test_form_shows_success_criterion(admin_client: Client, record: Record) -> None:
    page = admin_client.get(change_url(record.investment)).content.decode()
    assert "不晚于 2025-12-31，年度投资额达到或超过 385 亿元，即为兑现。" in page

    Pledge.objects.filter(pk=record.investment.pk).update(success_criterion="以统计公报为准")

    assert record.investment.criterion_in_words != "以统计公报为准"
    assert Pledge.objects.get(pk=record.investment.pk).criterion_in_words == "以统计公报为准"
    assert "即为兑现" not in admin_client.get(change_url(record.investment)).content.decode()


def test_superseding_and_superseded_pledge_link_to_each_other(admin_client: Client, record: Record) -> None:
    later = make_pledge("yl-2025-003", statement=record.investment.statement, value=300)

    assert admin_client.post(change_url(later), posted(admin_client, later, supersedes="yl-2025-001"))

    later.refresh_from_db()
    assert later.supersedes == ["yl-2025-001"]
    earlier = admin_client.get(change_url(record.investment)).content.decode()
    assert f'href="{change_url(later)}">yl-2025-003</a> 年度投资额 300 亿元，不晚于 2025-12-31' in earlier
    assert "yl-2025-001" in admin_client.get(change_url(later)).content.decode()


def test_cycle_of_superseding_pledges_is_rejected(admin_client: Client, record: Record) -> None:
    later = make_pledge("yl-2025-003", statement=record.investment.statement, supersedes=record.investment)

    page = admin_client.post(
        change_url(record.investment), posted(admin_client, record.investment, supersedes=later.ref), follow=True
    )

    assert page.redirect_chain[0][0] == change_url(record.investment)
    record.investment.refresh_from_db()
    assert record.investment.supersedes == []


def test_assignee_must_have_permission(admin_client: Client, record: Record) -> None:
    peer, reader = make_user("peer", role="editor", first_name="岳灵珊"), make_user("reader", role="reader")

    page = admin_client.get(change_url(record.investment)).content.decode()
    assert (">岳灵珊<" in page, ">reader<" in page) == (True, False)

    for user, expected in [(peer, 302), (reader, 200)]:
        data = posted(admin_client, record.investment, assignee=user.pk)
        assert admin_client.post(change_url(record.investment), data).status_code == expected
    record.investment.refresh_from_db()
    assert record.investment.assignee == peer


def test_inactive_assignee_is_kept(admin_client: Client, record: Record) -> None:
    inactive_user = make_user("gone", is_active=False)
    Pledge.objects.filter(pk=record.investment.pk).update(assignee=inactive_user)

    data = posted(admin_client, record.investment, note="别的改动")
    assert admin_client.post(change_url(record.investment), data).status_code == 302

    record.investment.refresh_from_db()
    assert (record.investment.assignee, record.investment.note) == (inactive_user, "别的改动")


def test_form_lists_status_and_follow_ups(admin_client: Client, record: Record) -> None:
    editor = make_user("editor", role="editor")
    late = make_follow_up(record.investment, Status.MET, as_of="2026-02-03", actual="385.5", author=editor)
    draft = make_follow_up(record.investment, Status.MISSED, state=ReviewState.DRAFT, author=editor)

    page = admin_client.get(change_url(record.investment)).content.decode()

    for words in ("已兑现 · 逾期兑现", "385.5 亿元", "未兑现", "已核准"):
        assert words in page
    for follow_up in (late, draft):
        assert reverse("admin:pledges_followup_change", args=[follow_up.pk]) in page


def test_list_marks_pledge_met_late(admin_client: Client, record: Record) -> None:
    make_follow_up(record.investment, Status.MET, as_of="2026-02-03")
    make_follow_up(record.growth, Status.MET, as_of="2026-02-03")  # never late, because it has no deadline

    page = admin_client.get(reverse("admin:pledges_pledge_changelist")).content.decode()

    assert page.count("逾期兑现") == 1


def test_form_links_to_new_follow_up(editor: Client, record: Record) -> None:
    url = reverse("admin:pledges_pledge_record_outcome", args=[record.investment.pk])
    assert url in editor.get(change_url(record.investment)).content.decode()

    assert editor.get(url).headers["Location"] == f"/admin/pledges/followup/add/?pledge={record.investment.pk}"

    reader = Client()
    reader.force_login(make_user("reader", role="reader"))
    assert url not in reader.get(change_url(record.investment)).content.decode()
    assert reader.get(url).status_code == 403


def test_usual_unit_and_measure_of_metric_are_proposed(admin_client: Client, record: Record) -> None:
    metric = record.investment.metric
    Metric.objects.filter(pk=metric.pk).update(usual_unit="亿元", usual_measure="total")
    url = reverse("admin:pledges_pledge_usual")

    assert f'data-usual-url="{url}"' in admin_client.get(ADD).content.decode()
    assert admin_client.get(url, {"metric": metric.pk}).json() == {"unit": "亿元", "measure": "total"}
    assert [admin_client.get(url, {"metric": key}).status_code for key in ("", "x", "9" * 30)] == [404] * 3


def test_form_of_new_row_leaves_out_computed_fields(admin_client: Client, record: Record) -> None:
    fieldsets = PledgeAdmin(Pledge, site).get_fieldsets(admin_client.get(ADD).wsgi_request)
    fields = flatten_fieldsets(fieldsets)

    assert {"ref", "success_criterion", "supersedes", "assignee", "state"} <= set(fields)
    assert not set(fields) & set(PledgeAdmin.readonly_fields)
    assert all(options["fields"] for _title, options in fieldsets)


def test_form_has_every_editable_field(admin_client: Client) -> None:
    editable = {field.name for field in Pledge._meta.fields if field.editable and not field.primary_key}
    request = admin_client.get(ADD).wsgi_request
    missing = editable - set(flatten_fieldsets(PledgeAdmin(Pledge, site).get_fieldsets(request, Pledge())))
    assert not missing, f"PledgeAdmin.fieldsets lacks {missing}"


def test_field_edited_by_hand_is_named(admin_client: Client, record: Record) -> None:
    Pledge.objects.filter(pk=record.investment.pk).update(note="392万千瓦时")

    assert "备注" in PledgeAdmin(Pledge, site).fields_edited_by_hand(Pledge.objects.get(pk=record.investment.pk))


def test_reference_is_not_changed(admin_client: Client, record: Record) -> None:
    data = filled_in(record, ref="other-1", state="published")

    assert admin_client.post(change_url(record.investment), data).status_code == 302

    record.investment.refresh_from_db()
    assert record.investment.ref == "yl-2025-001"


def test_published_pledge_cannot_become_draft(admin_client: Client, record: Record) -> None:
    data = filled_in(record, state="draft")

    assert errors(admin_client, change_url(record.investment), data) == ["已发布的承诺可以撤下，但不能改回草稿。"]


def test_violation_found_by_database_only_gives_message(
    admin_client: Client, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add_same_reference(*_args: Any) -> None:
        make_pledge("yl-2025-003", statement=record.investment.statement)

    monkeypatch.setattr(PledgeAdmin, "save_related", add_same_reference)

    page = admin_client.post(ADD, filled_in(record), follow=True)

    assert "这个编号已被另一条承诺使用。" in page.content.decode()
    assert not Pledge.objects.filter(ref="yl-2025-003").exists()


def test_draft_is_deleted_but_published_pledge_is_not(admin_client: Client, record: Record) -> None:
    draft = make_pledge("yl-2025-009", state=State.DRAFT)

    for pledge, expected in [(draft, 302), (record.investment, 403)]:
        url = reverse("admin:pledges_pledge_delete", args=[pledge.pk])
        assert admin_client.post(url, {"post": "yes"}).status_code == expected


def test_published_pledge_is_not_deleted_in_bulk(admin_client: Client, record: Record) -> None:
    data = {"action": "delete_selected", "_selected_action": [record.investment.pk], "post": "yes"}

    assert admin_client.post("/admin/pledges/pledge/", data).status_code == 403
    assert Pledge.objects.filter(pk=record.investment.pk).exists()


def test_admin_is_english_on_request(admin_user: User, record: Record) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(admin_user)
    make_unit("元", name_en="yuan", factor=1)

    page = client.get(change_url(record.investment)).content.decode()

    assert "at least 38.5 billion yuan by 2025-12-31" in page
    assert "Met if “Annual investment” reaches 38.5 billion yuan or more by 2025-12-31." in page
    assert "38,500,000,000 yuan" in page
    assert "Source and quote" in page


def test_unknown_integrity_error_is_quoted() -> None:
    assert "disk full" in error_message(IntegrityError("disk full"))


@pytest.mark.parametrize(("written", "value"), [("３８５", "385"), ("25.62", "25.62"), (" 385 ", "385")])
def test_number_is_parsed_like_in_importer(admin_client: Client, record: Record, written: str, value: str) -> None:
    assert admin_client.post(ADD, filled_in(record, value=written)).status_code == 302
    assert plain(Pledge.objects.get(ref="yl-2025-003").value) == value


@pytest.mark.parametrize("written", ["38,5", "约385", "1,550", "1e3", "385亿", "NaN"])
def test_invalid_number_is_rejected(admin_client: Client, record: Record, written: str) -> None:
    page = admin_client.post(ADD, filled_in(record, value=written))
    assert page.context["adminform"].form.errors["value"] == ["请写 385 或 25.62 这样的数字。"]


def test_conflicting_values_give_errors_at_their_fields(admin_client: Client, record: Record) -> None:
    page = admin_client.post(ADD, filled_in(record, value="-1", value_max="-2"))
    assert set(page.context["adminform"].form.errors) == {"value", "value_max"}


def test_empty_label_becomes_metric_name_and_quote_loses_line_breaks(admin_client: Client, record: Record) -> None:
    admin_client.post(ADD, filled_in(record, label="", quote="年度计划投资\r\n385亿元"))
    pledge = Pledge.objects.get(ref="yl-2025-003")
    assert (pledge.label, pledge.quote) == (pledge.metric.name, "年度计划投资385亿元")


def test_concurrent_change_of_other_field_is_kept(admin_client: Client, record: Record) -> None:
    # A form posts all its fields, including the unchanged ones.
    data = posted(admin_client, record.investment, label="改过的名称")
    Pledge.objects.filter(pk=record.investment.pk).update(note="同事的备注")

    assert admin_client.post(change_url(record.investment), data).status_code == 302

    pledge = Pledge.objects.get(pk=record.investment.pk)
    assert (pledge.label, pledge.note) == ("改过的名称", "同事的备注")


def test_bulk_publication_is_logged(admin_client: Client, record: Record) -> None:
    data = {"action": "retract", "_selected_action": [record.investment.pk, record.growth.pk]}
    admin_client.post(reverse("admin:pledges_pledge_changelist"), data)
    assert LogEntry.objects.filter(object_id__in=[record.investment.pk, record.growth.pk]).count() == 2
    assert set(Pledge.objects.exclude(pk=record.schools.pk).values_list("state", flat=True)) == {"retracted"}


def test_search_accepts_any_text(admin_client: Client, record: Record) -> None:
    for term in ("\x00", "算" * 5000):
        url = reverse("admin:autocomplete")
        query = {"term": term, "app_label": "pledges", "model_name": "pledge", "field_name": "unit"}
        assert admin_client.get(url, query).status_code == 200
        assert admin_client.get(reverse("admin:pledges_pledge_changelist"), {"q": term}).status_code == 200


def test_responsible_bodies_are_chosen(admin_client: Client, record: Record) -> None:
    chosen = [make_body("财政局"), make_body("水利局", district=record.county)]
    admin_client.post(ADD, filled_in(record, responsible_bodies=[body.pk for body in chosen]))
    pledge = Pledge.objects.get(ref="yl-2025-003")
    assert pledge.responsible_bodies == ["水利局", "财政局"]
    page = admin_client.get(change_url(pledge))
    assert f'<option value="{chosen[0].pk}" selected>财政局</option>' in page.content.decode()
    form = page.context["adminform"].form
    keys = form["responsible_bodies"].value()
    assert sorted(keys) == sorted(body.pk for body in chosen)
    unchanged = posted(admin_client, pledge, note="注") | {
        "responsible_bodies": keys,
        "initial-responsible_bodies": keys,
    }
    assert admin_client.post(change_url(pledge), unchanged).status_code == 302
    pledge.refresh_from_db()
    assert (pledge.responsible_bodies, pledge.note) == (["水利局", "财政局"], "注")
    newest = LogEntry.objects.order_by("-pk")[0]
    assert "牵头单位" not in newest.get_change_message()
    admin_client.post(change_url(pledge), unchanged | {"responsible_bodies": []})
    pledge.refresh_from_db()
    assert pledge.responsible_bodies == []


def test_choices_of_places_begin_with_those_of_the_record_and_tell_namesakes_apart(
    admin_client: Client, record: Record
) -> None:
    changchun = make_district("changchun", name="长春市")
    make_district("chaoyang-110105", name="朝阳区", code="110105", pinyin="chao yang qu")
    make_district("chaoyang-220104", name="朝阳区", code="220104", pinyin="chao yang qu", parent=changchun)
    make_body("财政局", district=record.county)
    make_body("财政局", slug="财政局-2", district=record.city)

    def choices(term: str, field: str = "district", model: str = "pledge") -> list[str]:
        query = {"term": term, "app_label": "pledges", "model_name": model, "field_name": field}
        found = admin_client.get(reverse("admin:autocomplete"), query).json()["results"]
        return [choice["text"] for choice in found]

    names = choices("")
    assert set(names[:3]) == {"云岭市", "山阴县", "云岭经济开发区"}
    assert set(names[3:]) == {"长春市", "朝阳区（110105）", "朝阳区（长春市、220104）"}
    for term in ("朝阳", "朝陽", "chaoyang", "chao yang", "cyq"):
        assert choices(term) == ["朝阳区（110105）", "朝阳区（长春市、220104）"], term
    assert choices("2201") == choices("2201", "compared_with_district") == ["朝阳区（长春市、220104）"]
    assert choices("财政局", "body", "post") == ["财政局（山阴县）", "财政局（云岭市）"]


def test_saving_the_note_changes_nothing_else(admin_client: Client, record: Record) -> None:
    pledge = record.investment
    Pledge.objects.filter(pk=pledge.pk).update(quote="we shall plant 500\ntrees", success_criterion="一\r\n二")
    before = set(Pledge.objects.get(pk=pledge.pk).edited_fields)
    data = posted(admin_client, pledge, note="新备注")
    data = {name: value.replace("\n", "\r\n") if isinstance(value, str) else value for name, value in data.items()}

    assert admin_client.post(change_url(pledge), data).status_code == 302

    pledge.refresh_from_db()
    assert (pledge.quote, pledge.success_criterion) == ("we shall plant 500 trees", "一\n二")
    newest = pledge.events.order_by("-pgh_id")[0]  # type: ignore[attr-defined]  # pghistory adds it
    assert (newest.note, newest.quote) == ("新备注", pledge.quote)
    assert set(pledge.edited_fields) == before | {"note"}


def test_text_with_control_character_is_rejected(admin_client: Client, record: Record) -> None:
    assert "U+0007" in errors(admin_client, ADD, filled_in(record, quote="新建\x07学校"))[0]


def test_quote_of_invisible_characters_is_empty(admin_client: Client, record: Record) -> None:
    assert errors(admin_client, ADD, filled_in(record, quote="\u200b")) == ["该字段是必填项。"]
