"""The permissions of every role for every model, page and action of the admin, tested by requests."""

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

from pledges.importer.waiting_drafts import wait_for_names
from pledges.models import (
    Amendment,
    ApiToken,
    FollowUp,
    Pledge,
    PledgeToCheck,
    WaitingDraft,
    WebhookDelivery,
    WebhookSubscription,
)
from pledges.models.choices import ReviewState, State
from pledges.workflow.amendments import propose, row_change
from tests.factories import Record, make_delivery, make_follow_up, make_pledge, make_subscription, make_user

pytestmark = pytest.mark.slow

ROLES = {"R": "reader", "E": "editor", "C": "chief editor", "A": "administrator"}

# The permissions of each role for a row that can still be changed: a draft, or a pledge without a verdict.
# Names that start with a slash are additional pages; other names are Django's permissions and actions of the list.
PERMISSIONS = """
pledges.pledge         view=RECA add=ECA change=ECA delete=CA  /export=RECA publish=ECA retract=ECA /record_outcome=ECA
                       /daily_changes=CA /import_pledges=ECA /template=ECA /usual=RECA
pledges.pledgetocheck  view=RECA add=-   change=-   delete=-   /export=RECA assign_to_me=ECA unassign=ECA assign=ECA
pledges.followup       view=RECA add=ECA change=ECA delete=ECA /export=RECA submit=ECA approve=CA return_to_author=CA
                       /approve=CA /return=CA /suggestion=ECA /import_actuals=ECA /actuals_template=ECA
pledges.amendment      view=RECA add=-   change=-   delete=-   /approve=CA /reject=CA
pledges.waitingdraft   view=ECA  add=-   change=-   delete=CA  /try_again=CA
pledges.statement      view=RECA add=ECA change=ECA delete=CA  /export=RECA /add_pledge=ECA
pledges.document       view=RECA add=ECA change=ECA delete=CA  /export=RECA merge=ECA /enter_pledges=ECA
pledges.official       view=RECA add=ECA change=ECA delete=CA  /export=RECA merge=ECA /part=ECA
pledges.post           view=RECA add=ECA change=ECA delete=CA  /export=RECA merge=ECA
pledges.body           view=RECA add=ECA change=ECA delete=CA  /export=RECA merge=ECA
pledges.district       view=RECA add=CA  change=CA  delete=A   /export=RECA merge=CA
pledges.topic          view=RECA add=CA  change=CA  delete=A   /export=RECA
pledges.dimension      view=RECA add=CA  change=CA  delete=A   /export=RECA
pledges.unit           view=RECA add=CA  change=CA  delete=A   /export=RECA merge=CA
pledges.metric         view=RECA add=CA  change=CA  delete=A   /export=RECA merge=CA
auth.user              view=A    add=A   change=A   delete=A   /password_change=A reset_two_factor=A
auth.group             view=A    add=A   change=A   delete=A
pledges.apitoken       view=RECA add=RECA change=-  delete=RECA
pledges.webhooksubscription view=A add=A change=A delete=A send_test=A replace_secret=A
pledges.webhookdelivery     view=A add=- change=A delete=- send_again=A
"""
PAGES = {"changelist", "history", "add", "change", "delete"}


def expected_permissions() -> dict[str, dict[str, str]]:
    rows: dict[str, dict[str, str]] = {}
    row: dict[str, str] = {}
    for word in PERMISSIONS.split():
        name, _, roles = word.partition("=")
        if roles:
            row[name] = roles.strip("-")
        else:
            row = rows[name] = {}
    return rows


def registered() -> dict[str, Any]:
    return {model._meta.label_lower: model_admin for model, model_admin in admin.site._registry.items()}  # noqa: SLF001


def changeable_row(model: type[Model]) -> Model:
    """Return a row that a user with the permissions can change and delete."""
    if model is Pledge:
        return make_pledge("yl-2025-009", state=State.DRAFT)
    if model is FollowUp:
        return make_follow_up(make_pledge("yl-2025-009"), state=ReviewState.DRAFT, author=make_user("peer"))
    if model is Amendment:
        return propose([row_change(make_pledge("yl-2025-009"), {"value": 1})], reason="印错", by=make_user("peer"))
    if model is WaitingDraft:
        fields = {"document": "yl", "quote": "建成3座"}
        return wait_for_names(fields, {"unit": "座"}, by=make_user("peer"))
    if model is ApiToken:
        own: Model = ApiToken.objects.create(make_user("somebody"))[0]
        return own
    if model is User:
        return make_user("peer")
    if model is WebhookDelivery:
        return make_delivery()
    if model is WebhookSubscription:
        return make_subscription()
    if model is Group:
        return Group.objects.create(name="interns")
    row = model._meta.base_manager.first()
    assert row is not None
    return row


def extra_pages(model_admin: Any) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the name, URL name and URL arguments of each page that Django's admin does not have by default."""
    opts = model_admin.opts
    for pattern in model_admin.urls:
        name = (pattern.name or "").removeprefix(f"{opts.app_label}_{opts.model_name}_")
        if name and name not in PAGES:
            yield name, f"admin:{pattern.name}", list(pattern.pattern.converters)


def permissions(client: Client, model_admin: Any, row: Any) -> Iterator[tuple[str, bool]]:
    """Yield the name of each permission and whether requests show that it is granted. Deletion comes last."""

    def is_allowed(method: str, page: str, *args: object, **data: object) -> bool:
        return bool(getattr(client, method)(reverse(page, args=args), data).status_code != 403)

    prefix = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}"
    can_view = is_allowed("get", f"{prefix}_changelist")
    assert is_allowed("get", f"{prefix}_change", row.pk) == is_allowed("get", f"{prefix}_history", row.pk) == can_view
    yield "view", can_view
    can_add = is_allowed("get", f"{prefix}_add")
    assert is_allowed("post", f"{prefix}_add") == can_add
    yield "add", can_add
    yield "change", model_admin.model is not PledgeToCheck and is_allowed("post", f"{prefix}_change", row.pk)

    for name, page, arguments in extra_pages(model_admin):
        keys = {"pledge": getattr(row, "pledge_id", None)}
        yield f"/{name}", is_allowed("get", page, *(keys.get(key, row.pk) for key in arguments))

    offered = actions_of(client, prefix) if can_view else set()
    request = RequestFactory().get("/")
    request.user = User(is_staff=True, is_superuser=True)
    for action in model_admin.get_actions(request):
        if action not in offered:
            before = model_admin.model.objects.filter(pk=row.pk).values().get()
            client.post(reverse(f"{prefix}_changelist"), {"action": action, "_selected_action": row.pk, "note": "不"})
            assert model_admin.model.objects.filter(pk=row.pk).values().get() == before
        if action != "delete_selected":
            yield action, action in offered

    can_delete = is_allowed("get", f"{prefix}_delete", row.pk)
    assert can_delete == ("delete_selected" in offered)
    assert is_allowed("post", f"{prefix}_delete", row.pk, post="yes") == can_delete
    yield "delete", can_delete


def actions_of(client: Client, prefix: str) -> set[str]:
    response: Any = client.get(reverse(f"{prefix}_changelist"))
    form = response.context_data["action_form"]
    return {name for name, _label in form.fields["action"].choices} if form else set()


@pytest.mark.parametrize("label", expected_permissions())
def test_permissions_of_roles_match_table(record: Record, unrendered_pages: None, label: str) -> None:
    model_admin = registered()[label]
    found: defaultdict[str, str] = defaultdict(str)
    for letter, role in ROLES.items():
        with transaction.atomic():
            client = Client()
            client.force_login(make_user("somebody", role=role))
            for permission, is_granted in permissions(client, model_admin, changeable_row(model_admin.model)):
                found[permission] += letter if is_granted else ""
            transaction.set_rollback(True)
    assert found == expected_permissions()[label]


def test_table_covers_every_registered_model() -> None:
    assert set(expected_permissions()) == set(registered())


def test_reader_has_view_permissions_only(db: None) -> None:
    codenames = Permission.objects.filter(group__name="reader").values_list("codename", flat=True)
    assert {name.partition("_")[0] for name in codenames} == {"view"}


def test_own_follow_up_is_not_approved(record: Record) -> None:
    chief = make_user("somebody", role="chief editor")
    follow_up = make_follow_up(record.investment, "in_progress", state=ReviewState.SUBMITTED, author=chief)
    client = Client()
    client.force_login(chief)

    client.post(reverse("admin:pledges_followup_approve", args=[follow_up.pk]))

    assert FollowUp.objects.get(pk=follow_up.pk).state == ReviewState.SUBMITTED


@pytest.mark.parametrize("role", ROLES.values())
@pytest.mark.parametrize("state", [State.PUBLISHED, State.RETRACTED])
def test_published_or_retracted_pledge_is_not_deleted(record: Record, state: State, role: str) -> None:
    client = Client()
    client.force_login(make_user("somebody", role=role))
    url = reverse("admin:pledges_pledge_delete", args=[make_pledge("yl-2025-009", state=state).pk])

    assert client.post(url, {"post": "yes"}).status_code == 403


def test_sidebar_leaves_out_models_without_permission(editor: Client, admin_client: Client) -> None:
    accounts = reverse("admin:auth_user_changelist")

    assert accounts not in editor.get("/admin/").content.decode()
    assert accounts in admin_client.get("/admin/").content.decode()


def test_anonymous_user_is_redirected_to_login(client: Client, db: None) -> None:
    response = client.get("/admin/pledges/pledge/")

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/admin/login/")
