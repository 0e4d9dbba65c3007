"""Who may do what at the desk: every role, every model, every page and action, asked over HTTP."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from pledges.models import ApiToken, FollowUp, Pledge, PledgeToCheck, WebhookDelivery, WebhookSubscription
from pledges.models.choices import ReviewState, State
from tests.factories import Record, make_delivery, make_follow_up, make_pledge, make_subscription, make_user

ROLES = {"R": "reader", "E": "editor", "C": "chief editor", "A": "administrator"}

# What each role may do with a row that anybody may still change: a draft, a pledge that nobody has judged.
# Names with a slash are pages beside the usual ones, those without it are done to what is selected in the list.
WHO_MAY = """
pledges.pledge         view=RECA add=ECA change=ECA delete=CA  /export=RECA publish=ECA retract=ECA /record_outcome=ECA
pledges.pledgetocheck  view=RECA add=-   change=-   delete=-   /export=RECA assign_to_me=ECA unassign=ECA assign=ECA
pledges.followup       view=RECA add=ECA change=ECA delete=ECA /export=RECA submit=ECA approve=CA return_to_author=CA
                       /approve=CA /return=CA /suggestion=ECA /import_actuals=ECA /actuals_template=ECA
pledges.statement      view=RECA add=ECA change=ECA delete=CA  /export=RECA /add_pledge=ECA
pledges.document       view=RECA add=ECA change=ECA delete=CA  /export=RECA
pledges.official       view=RECA add=ECA change=ECA delete=CA  /export=RECA
pledges.post           view=RECA add=ECA change=ECA delete=CA  /export=RECA
pledges.district       view=RECA add=CA  change=CA  delete=A   /export=RECA
pledges.topic          view=RECA add=CA  change=CA  delete=A   /export=RECA
pledges.dimension      view=RECA add=CA  change=CA  delete=A   /export=RECA
pledges.unit           view=RECA add=CA  change=CA  delete=A   /export=RECA
pledges.metric         view=RECA add=CA  change=CA  delete=A   /export=RECA
auth.user              view=A    add=A   change=A   delete=A   /password_change=A
auth.group             view=A    add=A   change=A   delete=A
pledges.apitoken       view=RECA add=RECA change=-  delete=RECA
pledges.webhooksubscription view=A add=A change=A delete=A send_test=A replace_secret=A
pledges.webhookdelivery     view=A add=- change=A delete=- send_again=A
"""
PAGES = {"changelist", "history", "add", "change", "delete"}


def table() -> dict[str, dict[str, str]]:
    rows: dict[str, dict[str, str]] = {}
    row: dict[str, str] = {}
    for word in WHO_MAY.split():
        name, _, roles = word.partition("=")
        if roles:
            row[name] = roles.strip("-")
        else:
            row = rows[name] = {}
    return rows


def registered() -> dict[str, Any]:
    return {model._meta.label_lower: desk for model, desk in admin.site._registry.items()}  # noqa: SLF001


def row_of(model: type[Model]) -> Model:
    """One that can still be changed and deleted, as far as the role goes."""
    if model is Pledge:
        return make_pledge("yl-2025-009", state=State.DRAFT)
    if model is FollowUp:
        return make_follow_up(make_pledge("yl-2025-009"), state=ReviewState.DRAFT, author=make_user("colleague"))
    if model is ApiToken:
        own: Model = ApiToken.objects.create(make_user("somebody"))[0]
        return own
    if model is User:
        return make_user("colleague")
    if model is WebhookDelivery:
        return make_delivery()
    if model is WebhookSubscription:
        return make_subscription()
    if model is Group:
        return Group.objects.create(name="interns")
    row = model._meta.base_manager.first()
    assert row is not None
    return row


def extra_pages(desk: Any) -> Iterator[tuple[str, str, list[str]]]:
    """The pages beside those that every desk has: what it is called, its address, what the address needs."""
    opts = desk.opts
    for pattern in desk.urls:
        name = (pattern.name or "").removeprefix(f"{opts.app_label}_{opts.model_name}_")
        if name and name not in PAGES:
            yield name, f"admin:{pattern.name}", list(pattern.pattern.converters)


def answers(client: Client, desk: Any, row: Any) -> Iterator[tuple[str, bool]]:
    """What somebody may do with a row, by the desk's answers; deleting it comes last."""

    def may(method: str, page: str, *args: object, **data: object) -> bool:
        return bool(getattr(client, method)(reverse(page, args=args), data).status_code != 403)

    prefix = f"admin:{desk.opts.app_label}_{desk.opts.model_name}"
    may_view = may("get", f"{prefix}_changelist")
    assert may("get", f"{prefix}_change", row.pk) == may("get", f"{prefix}_history", row.pk) == may_view
    yield "view", may_view
    may_add = may("get", f"{prefix}_add")
    assert may("post", f"{prefix}_add") == may_add
    yield "add", may_add
    yield "change", desk.model is not PledgeToCheck and may("post", f"{prefix}_change", row.pk)

    for name, page, needed in extra_pages(desk):
        keys = {"pledge": getattr(row, "pledge_id", None)}
        yield f"/{name}", may("get", page, *(keys.get(key, row.pk) for key in needed))

    offered = actions_of(client, prefix) if may_view else set()
    request = RequestFactory().get("/")
    request.user = User(is_staff=True, is_superuser=True)
    for action in desk.get_actions(request):
        if action not in offered:
            before = desk.model.objects.filter(pk=row.pk).values().get()
            client.post(reverse(f"{prefix}_changelist"), {"action": action, "_selected_action": row.pk, "note": "不"})
            assert desk.model.objects.filter(pk=row.pk).values().get() == before
        if action != "delete_selected":
            yield action, action in offered

    may_delete = may("get", f"{prefix}_delete", row.pk)
    assert may_delete == ("delete_selected" in offered)
    assert may("post", f"{prefix}_delete", row.pk, post="yes") == may_delete
    yield "delete", may_delete


def actions_of(client: Client, prefix: str) -> set[str]:
    form = client.get(reverse(f"{prefix}_changelist")).context["action_form"]
    return {name for name, _label in form.fields["action"].choices} if form else set()


@pytest.mark.slow
@pytest.mark.parametrize("label", table())
def test_each_role_may_do_what_the_table_says(record: Record, roles: None, label: str) -> None:
    desk = registered()[label]
    found: defaultdict[str, str] = defaultdict(str)
    for letter, role in ROLES.items():
        with transaction.atomic():
            client = Client()
            client.force_login(make_user("somebody", role=role))
            for what, may in answers(client, desk, row_of(desk.model)):
                found[what] += letter if may else ""
            transaction.set_rollback(True)
    assert found == table()[label]


def test_every_model_of_the_desk_is_in_the_table() -> None:
    assert set(table()) == set(registered())


def test_a_reader_has_no_permission_but_to_view(roles: None) -> None:
    codenames = Permission.objects.filter(group__name="reader").values_list("codename", flat=True)
    assert {name.partition("_")[0] for name in codenames} == {"view"}


def test_nobody_approves_what_they_wrote(record: Record, roles: None) -> None:
    chief = make_user("somebody", role="chief editor")
    follow_up = make_follow_up(record.investment, "in_progress", state=ReviewState.SUBMITTED, author=chief)
    client = Client()
    client.force_login(chief)

    client.post(reverse("admin:pledges_followup_approve", args=[follow_up.pk]))

    assert FollowUp.objects.get(pk=follow_up.pk).state == ReviewState.SUBMITTED


@pytest.mark.parametrize("role", ROLES.values())
@pytest.mark.parametrize("state", [State.PUBLISHED, State.RETRACTED])
def test_nobody_deletes_what_was_public(record: Record, roles: None, state: State, role: str) -> None:
    client = Client()
    client.force_login(make_user("somebody", role=role))
    url = reverse("admin:pledges_pledge_delete", args=[make_pledge("yl-2025-009", state=state).pk])

    assert client.post(url, {"post": "yes"}).status_code == 403


def test_the_sidebar_offers_only_what_a_role_may_see(editor: Client, admin_client: Client) -> None:
    accounts = reverse("admin:auth_user_changelist")

    assert accounts not in editor.get("/admin/").content.decode()
    assert accounts in admin_client.get("/admin/").content.decode()


def test_an_anonymous_reader_is_asked_to_log_in(client: Client, db: None) -> None:
    response = client.get("/admin/pledges/pledge/")

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/admin/login/")
