"""A city that does not exist, with pledges of all kinds and follow-ups in every state, to try the desk with."""

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

from pledges.importer import reference_data
from pledges.importer.loader import load
from pledges.models import Evidence, FollowUp, Pledge, Statement
from pledges.models.choices import ReviewState
from pledges.workflow import review, uploads

FOLDER = Path(__file__).parent
PREFIX = "sample-"  # of its references


class InUseError(Exception):
    """The database has follow-ups of its own."""


@dataclass(frozen=True)
class Made:
    pledges: int
    follow_ups: int
    author: User
    reviewer: User


@transaction.atomic
def make(today: date) -> Made | None:
    """Add the sample to a database that can be thrown away, as of a day; None where it is there already.

    Its rows go through the loader and through review, so all rules hold for them. Approved follow-ups stay for
    good: InUseError, and nothing written, in a database that has follow-ups on other pledges.
    """
    if FollowUp.objects.exclude(pledge__ref__startswith=PREFIX).exists():
        raise InUseError
    if Pledge.objects.filter(ref__startswith=PREFIX).exists():
        return None
    reference_data.load_missing()
    reference_data.add_missing(FOLDER / "reference.yaml")
    days = _days(today)
    pledges = _load_pages(days)
    author, reviewer = _colleague("editor", "editor"), _colleague("chief", "chief editor")
    found = yaml.safe_load(_filled_in(FOLDER / "follow_ups.yaml", days))
    Pledge.objects.filter(ref__in=found["assigned"]).update(assignee=author)
    for entry in found["follow_ups"]:
        _follow_up(entry, author, reviewer)
    return Made(pledges, len(found["follow_ups"]), author, reviewer)


def _days(today: date) -> dict[str, object]:
    """What the files call by name, so that some pledges are overdue and others due soon on any day."""
    soon = today + timedelta(days=30)
    return {
        "last_year": today.year - 1,
        "this_year": today.year,
        "recently": max(today - timedelta(days=10), date(today.year, 1, 1)),
        "communique": min(today, date(today.year, 3, 20)),
        "soon": soon,
        "soon_year": soon.year,
        "soon_month": soon.month,
        "soon_day": soon.day,
    }


def _filled_in(path: Path, days: dict[str, object]) -> str:
    return Template(path.read_text(encoding="utf-8")).substitute(days)


def _load_pages(days: dict[str, object]) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in (FOLDER / "pages").iterdir():
            (folder / path.name).write_text(_filled_in(path, days), encoding="utf-8")
        return load([folder], texts=folder).created


def _colleague(name: str, role: str) -> User:
    """The account that `make run` has made or, without it, one that nobody can log in with."""
    if user := User.objects.filter(username=name).first():
        return user
    user, is_new = User.objects.get_or_create(username=f"sample-{name}", defaults={"is_staff": True})
    if is_new:
        user.set_unusable_password()
        user.save()
        user.groups.add(Group.objects.get(name=role))
    return user


def _follow_up(entry: dict[str, Any], author: User, reviewer: User) -> None:
    pledge = Pledge.objects.get(ref=entry.pop("pledge"))
    goes_to, note = entry.pop("goes_to"), entry.pop("review_note", "")
    evidence = entry.pop("evidence", [])
    unit = entry.pop("unit", None)
    follow_up = FollowUp(pledge=pledge, author=author, unit_id=unit, **entry)
    follow_up.full_clean()
    follow_up.save()
    for proof in evidence:
        _attach(follow_up, **proof)
    if goes_to != ReviewState.DRAFT:
        review.submit([follow_up.pk], by=author)
    if goes_to == ReviewState.APPROVED:
        review.approve([follow_up.pk], by=reviewer)
    if goes_to == ReviewState.RETURNED:
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
