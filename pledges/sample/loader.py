"""Load the sample: a fictitious city with pledges of all kinds, and follow-ups in every state of review."""

import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from string import Template
from typing import Any

import yaml
from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.db import transaction

from pledges.importer import roles
from pledges.importer.loader import load
from pledges.importer.reference.shipped import load_shipped
from pledges.models import Evidence, FollowUp, Pledge, Statement
from pledges.models.choices import ReviewState
from pledges.workflow import review, uploads

FOLDER = Path(__file__).parent
REF_PREFIX = "sample-"


class InUseError(Exception):
    """The database has follow-ups of pledges outside the sample."""


@dataclass(frozen=True)
class LoadedSample:
    pledges: int
    follow_ups: int
    author: User
    reviewer: User


@transaction.atomic
def load_sample(today: date) -> LoadedSample | None:
    """Load the sample with dates relative to `today`. Return None if the database has it already.

    The rows go through the importer and the review workflow, so that all rules hold for them. Approved follow-ups
    cannot be deleted: in a database with follow-ups of other pledges, it raises InUseError and writes nothing.
    """
    if FollowUp.objects.exclude(pledge__ref__startswith=REF_PREFIX).exists():
        raise InUseError
    if Pledge.objects.filter(ref__startswith=REF_PREFIX).exists():
        return None
    roles.add_missing()
    load_shipped()
    days = _days(today)
    pledges = _load_pages(days)
    author, reviewer = _staff_user("editor", "editor", "编辑"), _staff_user("chief", "chief editor", "主编")
    data = yaml.load(_substitute(FOLDER / "follow_ups.yaml", days), Loader=yaml.CSafeLoader)
    Pledge.objects.filter(ref__in=data["assigned"]).update(assignee=author)
    for entry in data["follow_ups"]:
        _follow_up(entry, author, reviewer)
    return LoadedSample(pledges, len(data["follow_ups"]), author, reviewer)


def _days(today: date) -> dict[str, object]:
    """Values for the placeholders in the files. On any day, some pledges are overdue and others due soon."""
    soon = today + timedelta(days=30)
    return {
        "last_year": today.year - 1,
        "this_year": today.year,
        "in_four_years": today.year + 4,
        "recently": max(today - timedelta(days=10), date(today.year, 1, 1)),
        "communique": min(today, date(today.year, 3, 20)),
        "soon": soon,
        "soon_year": soon.year,
        "soon_month": soon.month,
        "soon_day": soon.day,
    }


def _substitute(path: Path, days: dict[str, object]) -> str:
    return Template(path.read_text(encoding="utf-8")).substitute(days)


def _load_pages(days: dict[str, object]) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in (*(FOLDER / "pages").iterdir(), FOLDER / "places.yaml"):
            (folder / path.name).write_text(_substitute(path, days), encoding="utf-8")
        return load([folder], texts=folder).created


def _staff_user(name: str, role: str, full_name: str) -> User:
    """Return the account that `make run` created. If it does not exist, create one without a usable password."""
    if user := User.objects.filter(username=name).first():
        return user
    user, is_new = User.objects.get_or_create(
        username=f"sample-{name}", defaults={"first_name": full_name, "is_staff": True}
    )
    if is_new:
        user.set_unusable_password()
        user.save()
        user.groups.add(Group.objects.get(name=role))
    return user


def _follow_up(entry: dict[str, Any], author: User, reviewer: User) -> None:
    pledge = Pledge.objects.get(ref=entry.pop("pledge"))
    state, note = entry.pop("state"), entry.pop("review_note", "")
    evidence = entry.pop("evidence", [])
    unit = entry.pop("unit", None)
    if entry.pop("corrects", False):
        entry["supersedes"] = pledge.current_follow_up
    follow_up = FollowUp(pledge=pledge, author=author, unit_id=unit, **entry)
    follow_up.full_clean()
    follow_up.save()
    for item in evidence:
        _attach(follow_up, **item)
    if state != ReviewState.DRAFT:
        review.submit([follow_up.pk], by=author)
    if state == ReviewState.APPROVED:
        review.approve([follow_up.pk], by=reviewer)
    if state == ReviewState.RETURNED:
        review.return_to_author([follow_up.pk], by=reviewer, note=note)


def _attach(
    follow_up: FollowUp,
    *,
    file: str = "",
    text: str = "",
    statement: tuple[str, str] | None = None,
    **fields: Any,
) -> None:
    evidence = Evidence(follow_up=follow_up, **fields)
    if file:
        upload = uploads.read_upload(ContentFile(text.encode(), name=file))
        evidence.file, evidence.file_name = uploads.store(upload), upload.name
    if statement:
        page, official = statement
        evidence.statement = Statement.objects.get(document__slug=page, official__slug=official)
    evidence.full_clean()
    evidence.save()
