"""Who may do what: editors write the record, chief editors what it is measured by."""

import pytest
from django.test import Client
from django.urls import reverse

from pledges.models.choices import State
from tests.factories import Record, make_pledge

DAILY = ["pledge", "statement", "document", "official", "post"]
REFERENCE = ["district", "topic", "dimension", "unit", "metric"]


def status(client: Client, model: str, page: str) -> int:
    return client.get(reverse(f"admin:pledges_{model}_{page}")).status_code


@pytest.mark.parametrize("model", DAILY + REFERENCE)
def test_both_roles_see_everything(editor: Client, chief: Client, model: str) -> None:
    assert status(editor, model, "changelist") == status(chief, model, "changelist") == 200


@pytest.mark.parametrize("model", DAILY)
def test_both_roles_add_to_the_record(editor: Client, chief: Client, model: str) -> None:
    assert status(editor, model, "add") == status(chief, model, "add") == 200


@pytest.mark.parametrize("model", REFERENCE)
def test_only_a_chief_editor_adds_what_is_measured_by(editor: Client, chief: Client, model: str) -> None:
    assert status(editor, model, "add") == 403
    assert status(chief, model, "add") == 200


@pytest.mark.parametrize("model", ["user", "group"])
def test_neither_role_sees_accounts(editor: Client, chief: Client, model: str) -> None:
    url = reverse(f"admin:auth_{model}_changelist")

    assert editor.get(url).status_code == chief.get(url).status_code == 403


def test_only_a_chief_editor_deletes_a_draft(editor: Client, chief: Client, record: Record) -> None:
    url = reverse("admin:pledges_pledge_delete", args=[make_pledge("yl-2025-009", state=State.DRAFT).pk])

    assert editor.post(url, {"post": "yes"}).status_code == 403
    assert chief.post(url, {"post": "yes"}).status_code == 302


@pytest.mark.parametrize("state", [State.PUBLISHED, State.RETRACTED])
def test_nobody_deletes_what_was_public(editor: Client, chief: Client, record: Record, state: State) -> None:
    url = reverse("admin:pledges_pledge_delete", args=[make_pledge("yl-2025-009", state=state).pk])

    assert editor.post(url, {"post": "yes"}).status_code == chief.post(url, {"post": "yes"}).status_code == 403


def test_the_sidebar_offers_only_what_a_role_may_see(editor: Client, admin_client: Client) -> None:
    accounts = reverse("admin:auth_user_changelist")

    assert accounts not in editor.get("/admin/").content.decode()
    assert accounts in admin_client.get("/admin/").content.decode()


def test_an_anonymous_reader_is_asked_to_log_in(client: Client, db: None) -> None:
    response = client.get("/admin/pledges/pledge/")

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/admin/login/")
