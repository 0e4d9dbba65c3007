"""Forms propose amendments of judged pledges; another person approves or rejects them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pledges.models import Amendment, Metric, Pledge
from pledges.workflow.amendments import propose, row_change
from tests.admin.forms import fields_of
from tests.factories import Record, make_follow_up, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def judged(record: Record) -> Pledge:
    make_follow_up(record.investment, actual=400)
    return Pledge.objects.get(pk=record.investment.pk)


@pytest.fixture
def editor(editor: Client) -> Client:
    editor.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return editor


@pytest.fixture
def chief(chief: Client) -> Client:
    chief.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return chief


def messages(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def page_of(row: Any) -> str:
    return reverse(f"admin:pledges_{row._meta.model_name}_change", args=[row.pk])


def save(client: Client, row: Any, **changes: Any) -> Any:
    form = fields_of(client.get(page_of(row)).content.decode())
    return client.post(page_of(row), form | changes, follow=True)


def test_judged_field_is_proposed_and_the_others_are_saved(editor: Client, judged: Pledge) -> None:
    response = save(editor, judged, value="1280", note="说明", amendment_reason="报纸印的是1280")
    assert "Proposed, and not changed until another person approves it: value." in messages(response)
    pledge = Pledge.objects.get(pk=judged.pk)
    assert (pledge.value, pledge.note) == (385, "说明")
    amendment = Amendment.objects.get()
    assert (amendment.reason, amendment.proposer and amendment.proposer.username) == ("报纸印的是1280", "editor")
    assert amendment.changes[0]["after"] == {"value": 1280}


def test_same_change_is_proposed_once(editor: Client, judged: Pledge) -> None:
    for reason in ("报纸印的是1280", "报纸印的是1280，见第二版"):
        response = save(editor, judged, value="1280", amendment_reason=reason)
    number = Amendment.objects.get().pk
    assert f"This has been proposed already: amendment {number}." in messages(response)
    save(editor, judged, value="1281", amendment_reason="报纸印的是1281")
    assert Amendment.objects.count() == 2


def test_judged_field_needs_a_reason(editor: Client, judged: Pledge) -> None:
    response = save(editor, judged, value="1280", note="说明")
    assert "Give a reason for amending: value." in response.content.decode()
    assert not Amendment.objects.exists()
    assert Pledge.objects.get(pk=judged.pk).note == ""


def test_reason_needs_visible_characters(editor: Client, judged: Pledge) -> None:
    save(editor, judged, value="1280", amendment_reason="\u200b\u2060")
    assert not Amendment.objects.exists()
    save(editor, judged, value="1280", amendment_reason=" 报纸印\u202e的是1280\u200b ")
    assert Amendment.objects.get().reason == "报纸印的是1280"


def test_reason_with_a_control_character_is_refused(editor: Client, judged: Pledge) -> None:
    response = save(editor, judged, value="1280", amendment_reason="报纸\x07印的是1280")
    assert "U+0007" in response.content.decode()
    assert not Amendment.objects.exists()


def test_other_fields_need_no_reason(editor: Client, judged: Pledge) -> None:
    save(editor, judged, note="说明")
    assert Pledge.objects.get(pk=judged.pk).note == "说明"
    assert not Amendment.objects.exists()


def test_pledge_without_follow_up_is_saved(editor: Client, record: Record) -> None:
    page = editor.get(page_of(record.schools)).content.decode()
    assert "amendment_reason" not in page
    save(editor, record.schools, value="3")
    assert Pledge.objects.get(pk=record.schools.pk).value == 3


def test_metric_of_judged_pledge_is_proposed(chief: Client, judged: Pledge) -> None:
    save(chief, judged.metric, direction="less", amendment_reason="方向有误")
    assert Metric.objects.get(pk=judged.metric_id).direction == "more"
    assert Amendment.objects.get().changes[0]["table"] == "metric"


def test_date_and_official_of_judged_pledge_are_proposed(editor: Client, judged: Pledge) -> None:
    save(editor, judged.statement.document, date="2025-01-20", title="一版", amendment_reason="日期有误")
    assert judged.statement.document.date == "2025-01"
    save(editor, judged.statement.official, name="张四丰", amendment_reason="姓名有误")
    assert [amendment.changes[0]["table"] for amendment in Amendment.objects.order_by("pk")] == ["document", "official"]


def test_bulk_retraction_leaves_out_judged_pledges(editor: Client, record: Record, judged: Pledge) -> None:
    data = {"action": "retract", "_selected_action": [judged.pk, record.schools.pk]}
    response = editor.post(reverse("admin:pledges_pledge_changelist"), data, follow=True)
    assert "or one that it supersedes, has an approved follow-up: yl-2025-001." in messages(response)
    assert set(Pledge.objects.filter(state="published").values_list("ref", flat=True)) == {"yl-2025-001", "yl-2025-002"}


@pytest.fixture
def amendment(editor: Client, judged: Pledge) -> Amendment:
    return propose([row_change(judged, {"value": 1280})], reason="报纸印的是1280", by=make_user("editor"))


def step(name: str, amendment: Amendment) -> str:
    return reverse(f"admin:pledges_amendment_{name}", args=[amendment.pk])


def test_reviewer_sees_before_and_after_and_approves(chief: Client, judged: Pledge, amendment: Amendment) -> None:
    page = chief.get(page_of(amendment)).content.decode()
    for text in ("<del>385</del>", "<ins>1280</ins>", "报纸印的是1280", "yl-2025-001"):
        assert text in page
    response = chief.post(step("approve", amendment), follow=True)
    assert "The amendment was applied." in messages(response)
    pledge = Pledge.objects.get(pk=judged.pk)
    assert (pledge.value, pledge.status, pledge.on_earlier_target) == (1280, "met", True)
    queue = chief.get(reverse("admin:pledges_pledgetocheck_changelist")).content.decode()
    assert "年度计划投资385亿元" in queue
    assert "yl-2025-001" in chief.get(reverse("admin:pledges_amendment_changelist")).content.decode()


def test_reviewer_rejects_with_a_note(chief: Client, judged: Pledge, amendment: Amendment) -> None:
    response = chief.post(step("reject", amendment), {"note": " "}, follow=True)
    assert "Say why it is rejected." in messages(response)
    chief.post(step("reject", amendment), {"note": "报纸是385"})
    amendment.refresh_from_db()
    assert (amendment.state, amendment.review_note) == ("rejected", "报纸是385")
    assert "报纸是385" in chief.get(page_of(amendment)).content.decode()


def test_proposer_and_editor_do_not_approve(chief: Client, editor: Client, judged: Pledge) -> None:
    save(chief, judged, value="1280", amendment_reason="报纸印的是1280")
    own = Amendment.objects.get()
    assert "You proposed this; somebody else must approve it." in chief.get(page_of(own)).content.decode()
    response = chief.post(step("approve", own), follow=True)
    assert "You can&#x27;t approve an amendment that you proposed." in response.content.decode()
    assert editor.post(step("approve", own)).status_code == 403
    assert editor.get(page_of(own)).status_code == 200
    assert Pledge.objects.get(pk=judged.pk).value == 385


def test_outdated_proposal_is_not_applied(chief: Client, editor: Client, judged: Pledge, amendment: Amendment) -> None:
    save(editor, judged, value="128", amendment_reason="另一次")
    chief.post(step("approve", Amendment.objects.exclude(pk=amendment.pk).get()))
    response = chief.post(step("approve", amendment), follow=True)
    assert "The record has changed since the proposal." in messages(response)
    assert Pledge.objects.get(pk=judged.pk).value == 128


def test_successor_of_judged_pledge_stays_a_draft_until_its_amendment(
    editor: Client, chief: Client, record: Record, judged: Pledge
) -> None:
    Pledge.objects.filter(pk=record.schools.pk).update(state="draft")
    assert "amendment_reason" not in editor.get(page_of(record.schools)).content.decode()
    response = save(editor, record.schools, supersedes=judged.ref, state="published")
    assert "Give a reason for amending: publication" in response.content.decode()
    save(editor, record.schools, supersedes=judged.ref)
    data = {"action": "publish", "_selected_action": [record.schools.pk]}
    response = editor.post(reverse("admin:pledges_pledge_changelist"), data, follow=True)
    assert "or one that it supersedes, has an approved follow-up: yl-2026-001." in messages(response)
    save(editor, record.schools, state="published", amendment_reason="目标合并")
    assert Pledge.objects.get(pk=record.schools.pk).state == "draft"
    chief.post(step("approve", Amendment.objects.get()))
    assert Pledge.objects.get(pk=record.schools.pk).state == "published"


def test_new_successor_of_judged_pledge_is_added_as_a_draft(editor: Client, judged: Pledge) -> None:
    add = reverse("admin:pledges_pledge_add")
    form = fields_of(editor.get(page_of(judged)).content.decode())
    form |= fields_of(editor.get(add).content.decode()) | {
        name: form[name] for name in ("statement", "quote", "district", "metric", "label", "measure", "bound", "unit")
    }
    form |= {"ref": "later", "value": "90", "strength": "planned", "tier": "core", "supersedes": judged.ref}
    response = editor.post(add, form | {"state": "published"})
    assert "Give a reason for amending: publication." in response.content.decode()
    editor.post(add, form | {"state": "published", "amendment_reason": "目标合并"})
    assert Pledge.objects.get(ref="later").state == "draft"
    assert Amendment.objects.get().changes[0]["after"] == {"state": "published"}
